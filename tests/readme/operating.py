"""A stack that is operated on: its shell, its author, its mails, and a fault in a read model."""

import json
import os
import secrets
import subprocess
import sys
from typing import Any

import asyncpg
import httpx

from stack.servers.postgres import BIN
from tests.live_stack import LiveStack, eventually
from tests.servers import ROOT, wait

_SERVING = "SELECT number FROM projection.generations WHERE model = 'post_slugs' AND state = 'serving'"
_BREAK = "ALTER TABLE post_slugs_g{}.post_slugs ADD CONSTRAINT at_fault CHECK (slug NOT LIKE 'broken%') NOT VALID"
_MEND = "ALTER TABLE post_slugs_g{}.post_slugs DROP CONSTRAINT at_fault"


def shell(stack: LiveStack, *lines: str, expects: int = 0, **variables: str) -> str:
    """Runs lines in a shell of the checkout, without Kafka, and gives what they said."""
    path = f"{BIN}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-euc", "\n".join(lines).replace(".venv/bin/python", sys.executable)],
        cwd=ROOT,
        env={**stack.environment, "PATH": path, "PALIMPSEST_BUS": "log", **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert ran.returncode == expects, f"{ran.returncode}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout.strip()


def listed(stack: LiveStack, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shell(stack, f"./palimpsest {' '.join(words)} --json"))
    return found


def mails(stack: LiveStack) -> int:
    return len(list((stack.home / "mail").glob("*.eml")))


class Author:
    """Somebody who registers and writes."""

    def __init__(self, stack: LiveStack) -> None:
        self._stack = stack
        handle, password = f"a{secrets.token_hex(4)}", "a long enough secret"
        self.handle = handle
        account = {"handle": handle, "address": f"{handle}@example.org", "name": "Ann", "password": password}
        self._post("/accounts", json=account)
        sign_in = {"grant_type": "password", "username": handle, "password": password}
        answer = httpx.post(f"{stack.command_url}/auth/token", data=sign_in, timeout=30).raise_for_status()
        self._token = str(answer.json()["access_token"])

    def publish(self, title: str) -> str:
        """The new post's id."""
        post = {"title": title, "body": "Words.", "publish": True}
        return str(self._post("/posts", json=post, token=self._token)["id"])

    def _post(self, path: str, *, json: dict[str, Any], token: str = "") -> dict[str, Any]:
        headers = {"Idempotency-Key": secrets.token_hex(8), **({"Authorization": f"Bearer {token}"} if token else {})}
        answer = httpx.post(f"{self._stack.command_url}{path}", json=json, headers=headers, timeout=30)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


def until_readable(stack: LiveStack, slug: str) -> None:
    eventually(lambda: httpx.get(f"{stack.query_url}/posts/{slug}", timeout=30).status_code == 200, f"{slug} is read")


def break_fold(stack: LiveStack) -> None:
    """From now on the read model of slugs cannot take one that begins with `broken`."""
    wait(_alter(stack, _BREAK))


def mend_fold(stack: LiveStack) -> None:
    wait(_alter(stack, _MEND))


async def _alter(stack: LiveStack, statement: str) -> None:
    connection = await asyncpg.connect(stack.url("read", "palimpsest_projector"))
    try:
        await connection.execute(statement.format(await connection.fetchval(_SERVING)))
    finally:
        await connection.close()
