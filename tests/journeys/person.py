"""Somebody at the doors of a whole stack, who reads back at once what was written."""

import email
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx

from tests.live_stack import LiveStack, eventually

PASSWORD = "a long enough secret"


class Person:
    """Somebody who writes, and reads what they have just done."""

    def __init__(self, stack: LiveStack, bearer: str, handle: str = "") -> None:
        self.handle = handle
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        self.commands = httpx.Client(base_url=stack.command_url, headers=headers, timeout=20)
        self.queries = httpx.Client(base_url=stack.query_url, headers=headers, timeout=20)

    @property
    def address(self) -> str:
        return f"{self.handle}@example.org"

    def ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        return self.commands.request(method, path, json=body)

    def do(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """What must succeed; reading afterwards waits for it."""
        answer = self.ask(method, path, **body)
        assert answer.status_code in {200, 201}, answer.text
        self.queries.headers["Consistency-Token"] = answer.headers["Consistency-Token"]
        found: dict[str, Any] = answer.json()
        return found

    def read(self, path: str, after: "Person | None" = None) -> httpx.Response:
        """As it is after what this person, or another one, did last."""
        token = (after or self).queries.headers.get("Consistency-Token", "")
        wait = {"Consistency-Token": token, "Prefer": "wait=10, handling=strict"} if token else {}
        return self.queries.get(path, headers=wait)

    def link(self, stack: LiveStack, path: str, address: str = "") -> str:
        """The token of the newest link to a page in a mail to this person, once it has come."""
        found: list[str] = []

        def has_come() -> bool:
            found[:] = _links(stack.home / "mail", address or self.address, path)
            return bool(found)

        eventually(has_come, f"a mail with a link to /{path}")
        return found[-1]

    def close(self) -> None:
        self.commands.close()
        self.queries.close()


def signed_in(stack: LiveStack, handle: str, password: str = PASSWORD) -> httpx.Response:
    form = {"grant_type": "password", "username": handle, "password": password}
    return httpx.post(f"{stack.command_url}/auth/token", data=form, timeout=20)


def registered(stack: LiveStack) -> Person:
    handle = f"j{uuid4().hex[:12]}"
    new = {"handle": handle, "address": f"{handle}@example.org", "name": "Inês", "password": PASSWORD}
    httpx.post(f"{stack.command_url}/accounts", json=new, timeout=20).raise_for_status()
    return Person(stack, signed_in(stack, handle).raise_for_status().json()["access_token"], handle)


def _links(folder: Path, address: str, path: str) -> list[str]:
    """Tokens, the oldest mail's first."""
    found: list[str] = []
    for file in sorted(folder.glob("*.eml")):
        mail = email.message_from_bytes(file.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        if mail["X-Envelope-To"] == address and body is not None:
            words = str(body.get_content()).split()
            found += [parse_qs(urlsplit(word).query)["token"][0] for word in words if f"/{path}?token=" in word]
    return found
