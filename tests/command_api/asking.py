"""Asks the API as clients do."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

import asyncpg
import httpx
from fastapi import FastAPI

from command_api import first_admin
from command_api.app import build
from command_api.auth.throttle import Limits
from command_api.opening import opened
from command_api.parts import Parts
from kit.settings import Settings

PASSWORD = "a line that only I know"


class Api:
    def __init__(self, app: FastAPI, parts: Parts) -> None:
        self.app, self.parts, self._stack = app, parts, AsyncExitStack()

    async def __aenter__(self) -> Self:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://api")
        self.http = await self._stack.enter_async_context(client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        return self.parts.pool

    async def register(self, handle: str, **fields: Any) -> httpx.Response:
        body = {"handle": handle, "address": f"{handle}@example.org", "name": handle.title(), "password": PASSWORD}
        return await self.http.post("/accounts", json=body | fields)

    async def tokens(self, name: str, password: str = PASSWORD) -> dict[str, Any]:
        answer = await self.grant(name, password)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def grant(self, name: str, password: str = PASSWORD) -> httpx.Response:
        form = {"grant_type": "password", "username": name, "password": password}
        return await self.http.post("/auth/token", data=form)

    async def refresh(self, token: str) -> httpx.Response:
        return await self.http.post("/auth/token", data={"grant_type": "refresh_token", "refresh_token": token})

    async def member(self, handle: str | None = None, **fields: Any) -> "Member":
        """A registered account, signed in."""
        handle = handle or f"m{secrets.token_hex(5)}"
        answer = await self.register(handle, **fields)
        assert answer.status_code == 201, answer.text
        return Member(self, handle, answer.json()["id"], await self.tokens(handle))

    async def admin(self) -> "Member":
        password = await first_admin.make(self.parts, "admin", "admin@example.org")
        assert password
        account = (await self.parts.names.owner("handle", "admin") or "").removeprefix("account-")
        return Member(self, "admin", account, await self.tokens("admin", password))

    async def count(self, table: str) -> int:
        found: int = await self.pool.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - named by tests
        return found

    async def types(self, stream: str) -> list[str]:
        rows = await self.pool.fetch("SELECT type FROM events WHERE stream = $1 ORDER BY version", stream)
        return [row["type"] for row in rows]

    async def secret(self, account: str, kind: str) -> str:
        found = await self.pool.fetchval(
            "SELECT value FROM secrets WHERE stream = $1 AND kind = $2", f"account-{account}", kind
        )
        assert found is not None
        return str(found)


class Member:
    """Somebody signed in."""

    def __init__(self, api: Api, handle: str, account: str, tokens: dict[str, Any]) -> None:
        self.api, self.handle, self.account, self.tokens = api, handle, account, tokens

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    async def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        headers = self.bearer | how.pop("headers", {})
        return await self.api.http.request(method, path, headers=headers, **how)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.ask("POST", path, json=body)

    async def draft(self, title: str = "On the sea", body: str = "It was long before.", **fields: Any) -> str:
        answer = await self.post("/posts", title=title, body=body, **fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@asynccontextmanager
async def opened_api(settings: Settings, limits: Limits | None = None) -> AsyncIterator[Api]:
    """The API in process, with limits of one's own."""
    async with opened(settings, limits=limits) as parts, Api(build(parts, list), parts) as api:
        yield api


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem, after checking that it is one."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]
