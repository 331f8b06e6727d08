"""Palimpsest's doors: a pool of connections to each API, and with every read a token, so that none shows the past."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
import orjson

_TRIES, _LATE, _MOST_PAGES = 3, 412, 100
_ABOUT = {"posts": "article", "comments": "comment", "authors": "profile", "accounts": "profile"}
_NAMES = {"handle": "username", "name": "username", "address": "email", "biography": "bio", "picture": "image"}
_NAMES |= {"excerpt": "description", "tags": "tagList", "liked_by": "favorited"}
_TAKEN = {"HandleTaken": "username", "AddressTaken": "email"}
_PATIENCE = aiohttp.ClientTimeout(total=15, connect=2)
_PLAIN = {"Accept-Encoding": "identity"}  # packing costs more than it saves between neighbours
_UNAVAILABLE = 503, {"server": "is not available; try again soon"}


class Wrong(Exception):  # noqa: N818 - named for the fact
    """A status of the contract, and what is wrong with what."""

    def __init__(self, status: int, errors: dict[str, str]) -> None:
        super().__init__(status)
        self.status, self.errors = status, {name: [detail] for name, detail in errors.items()}


def _in_the_words_of_the_contract(status: int, problem: dict[str, Any], path: str) -> Wrong:
    """A problem (RFC 9457) that a door of this path answered with."""
    code, said, about = problem.get("code"), str(problem.get("detail")), _ABOUT.get(path.split("/")[1], "user")
    if status >= 500:  # noqa: PLR2004 - HTTP's
        return Wrong(*_UNAVAILABLE)
    if code == "InvalidGrant":
        return Wrong(401, {"credentials": "invalid"})
    if code in _TAKEN:
        return Wrong(409, {_TAKEN[code]: "has already been taken"})
    token, server = {"token": "is invalid"}, {"server": said}
    told = {401: token, 403: {about: "forbidden"}, 404: {about: "not found"}, 429: server, _LATE: server}
    if status in told:
        return Wrong(status, told[status])
    given = problem.get("errors", ())
    fields = {(it.get("parameter") or it.get("pointer", "/")[1:]).partition("/")[0]: it["detail"] for it in given}
    return Wrong(422, {_NAMES.get(field, field): detail for field, detail in fields.items()} or {about: said})


def session(url: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(url, timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar(), headers=_PLAIN)


class Doors:
    def __init__(self, commands: aiohttp.ClientSession, queries: aiohttp.ClientSession) -> None:
        self.commands, self.queries = commands, queries
        self._turn = asyncio.Lock()
        self._next: asyncio.Task[str] | None = None

    async def head(self) -> str:
        """Names all that is stored. Who asks while an answer is under way may know of more, and shares the next."""
        if self._next is None:
            self._next = asyncio.create_task(self._ask_head())
        return await asyncio.shield(self._next)

    async def _ask_head(self) -> str:
        async with self._turn:
            self._next = None
            return str((await self.ask(self.commands, "GET", "/head"))["token"])

    async def ask(self, session: aiohttp.ClientSession, method: str, path: str, **how: Any) -> Any:
        for _ in range(_TRIES):
            try:
                async with session.request(method, path, **how) as found:
                    content = orjson.loads(await found.read() or b"{}")
            except (aiohttp.ClientError, TimeoutError, ValueError):
                continue
            if found.ok:
                return content
            raise _in_the_words_of_the_contract(found.status, content, path)
        raise Wrong(*_UNAVAILABLE)


@dataclass(slots=True)
class Caller:  # for as long as one request lasts
    doors: Doors
    address: str
    token: str | None = None  # an API token: what the platform knows them by
    access: str | None = None  # the access token of when they signed in, good for a few minutes
    seen: str | None = None  # what was stored when this request first looked, and what it has written since

    async def read(self, path: str, **query: Any) -> Any:
        """An answer that shows all that anybody was told is stored before this was asked for."""
        self.seen = self.seen or await self.doors.head()
        headers = self._headers() | {"Consistency-Token": self.seen, "Prefer": "wait=10, handling=strict"}
        for _ in range(_TRIES):
            try:
                return await self.doors.ask(self.doors.queries, "GET", path, headers=headers, params=query)
            except Wrong as wrong:
                if wrong.status != _LATE:
                    raise
        raise Wrong(*_UNAVAILABLE)

    async def write(self, method: str, path: str, body: Any = None, *, form: Any = None) -> Any:
        """A command; what is read after it shows it. The key makes a second try harmless."""
        headers, content = self._headers() | {"X-Forwarded-For": self.address}, form
        if form is None:
            headers |= {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
            content = orjson.dumps(body or {})
        done = await self.doors.ask(self.doors.commands, method, path, headers=headers, data=content)
        if self.seen and "version" in done:
            self.seen += "," + done["token"].partition(":")[2]  # of a partition named twice the later place counts
        return done

    async def pages(self, path: str, **query: Any) -> AsyncIterator[Any]:
        """All pages of a list, or the first hundred. They repeat and miss nothing, whatever happens meanwhile."""
        for _ in range(_MOST_PAGES):
            page = await self.read(path, **query)
            yield page
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}
