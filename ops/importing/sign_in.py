"""Who imports: an API token, an account with its password, or the operator of this machine's stack."""

import asyncio
import getpass
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from ops.local_stack import LocalStack

_BEFORE_EXPIRY_S = 60


class NotSignedIn(Exception):  # noqa: N818 - named for the fact
    """Nobody to import as, or the door did not take the password."""


class Bearer(Protocol):
    async def header(self, client: httpx.AsyncClient) -> str: ...


@dataclass(slots=True)
class Token:
    """A token that lasts as long as the import."""

    token: str = field(repr=False)

    async def header(self, client: httpx.AsyncClient) -> str:  # noqa: ARG002 - needs no door
        return f"Bearer {self.token}"


@dataclass(slots=True)
class Password:
    """Signs in, and again before the token expires."""

    handle: str
    password: str = field(repr=False)
    _token: str = field(default="", repr=False)
    _expires: float = 0

    async def header(self, client: httpx.AsyncClient) -> str:
        if time.monotonic() > self._expires - _BEFORE_EXPIRY_S:
            await self._sign_in(client)
        return f"Bearer {self._token}"

    async def _sign_in(self, client: httpx.AsyncClient) -> None:
        form = {"grant_type": "password", "username": self.handle, "password": self.password}
        answer = await client.post("/auth/token", data=form)
        if not answer.is_success:
            raise NotSignedIn(f"{self.handle} could not sign in: {_reason(answer)}")
        granted = answer.json()
        self._token, self._expires = granted["access_token"], time.monotonic() + granted["expires_in"]


class Operator:
    """A token made by command_api's own program: tools and processes never import one another.

    It is asked for at once and waited for when it is needed: what is imported is read meanwhile.
    """

    def __init__(self, stack: LocalStack) -> None:
        self._asked = subprocess.Popen(
            [sys.executable, "-m", "command_api.operator_token"],
            env={**os.environ, **stack.environment()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._token: asyncio.Task[str] | None = None

    async def header(self, client: httpx.AsyncClient) -> str:  # noqa: ARG002 - needs no door
        self._token = self._token or asyncio.create_task(asyncio.to_thread(self._made))
        return f"Bearer {await asyncio.shield(self._token)}"

    def _made(self) -> str:
        said, complaint = self._asked.communicate()
        if self._asked.returncode:
            raise NotSignedIn(complaint.strip()[-500:] or "the operator's token could not be made")
        return str(json.loads(said)["token"])


def bearer(handle: str | None, stack: LocalStack | None) -> Bearer:
    """Chooses how to sign in.

    Raises:
        NotSignedIn: no handle, no token, and no stack on this machine.
    """
    if handle:
        password = os.environ.get("PALIMPSEST_PASSWORD") or getpass.getpass(f"Password of {handle}: ")
        return Password(handle, password)
    if token := os.environ.get("PALIMPSEST_TOKEN"):
        return Token(token)
    if stack is None:
        raise NotSignedIn("say who imports: --as HANDLE, or an API token in PALIMPSEST_TOKEN")
    return Operator(stack)


def _reason(answer: httpx.Response) -> str:
    try:
        body = answer.json()
        return str(body.get("error_description") or body.get("detail") or answer.status_code)
    except ValueError:
        return f"status {answer.status_code}"
