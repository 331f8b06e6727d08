"""The command door, as any client sees it: lines of commands in, lines of answers out, sent again until answered."""

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import orjson

from ops.importing.seen import Seen
from ops.importing.sign_in import Bearer

_TIMEOUT = httpx.Timeout(120, connect=5)
_PATIENCE_S = 60.0
_PAUSES_S = (0.1, 0.3, 1, 2, 5)


class DoorClosed(Exception):  # noqa: N818 - named for the fact
    """The command API does not answer, or does not let us in."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A command to be sent."""

    command: str
    data: dict[str, Any]
    makes_new: bool = False
    """It begins a stream, most likely: then the log need not be read for it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a wish: a version, or a problem."""

    version: int = 0
    problem: dict[str, Any] | None = None

    @property
    def code(self) -> str:
        return str(self.problem.get("code", "")) if self.problem else ""

    @property
    def is_passing(self) -> bool:
        """A fault of the moment: sending it again may help."""
        return (
            self.problem is not None
            and int(self.problem.get("status", 0)) in {409, 429, 503}
            and self.code
            in {
                "LogUnavailable",
                "OutcomeUnknown",
                "VersionConflict",
                "Busy",
            }
        )


class CommandDoor:
    """Sends wishes until each is answered.

    What makes something new has a key, so that sending it again is recognised. The others change nothing when they come
    twice. Keys are new in every run: what a second run may leave out is for the rules to say, not for old answers.
    """

    def __init__(self, client: httpx.AsyncClient, bearer: Bearer) -> None:
        self._client, self._bearer = client, bearer
        self._run, self._numbers = secrets.token_hex(8), count(1)
        self._is_first_run = True
        """Until most of what should be new is there: from then on the log is asked first."""
        self.seen = Seen()

    async def send(self, wishes: Sequence[Wish]) -> list[Answer]:
        """An answer for each wish, in order.

        Raises:
            DoorClosed: it was shut for a minute, or said that we may not.
        """
        lines = [self._line(wish) for wish in wishes]
        answers: dict[int, Answer] = {}
        deadline = time.monotonic() + _PATIENCE_S
        for attempt in count():
            unsettled = [n for n in range(len(lines)) if n not in answers or answers[n].is_passing]
            if not unsettled:
                break
            if attempt:
                if time.monotonic() > deadline:
                    raise DoorClosed("the command API did not answer for a minute")
                await asyncio.sleep(_PAUSES_S[min(attempt, len(_PAUSES_S)) - 1])
            given = {unsettled[place]: answer for place, answer in await self._ask([lines[n] for n in unsettled])}
            answers |= given
            for number in self._met(wishes, given):
                lines[number] = self._line(wishes[number], is_first=False)
        return [answers[n] for n in range(len(lines))]

    def _met(self, wishes: Sequence[Wish], given: Mapping[int, Answer]) -> list[int]:
        """Those that should have begun a stream, and met one. When most do, this is a second run."""
        met = [n for n, answer in given.items() if wishes[n].makes_new and answer.code == "VersionConflict"]
        self._is_first_run = self._is_first_run and len(met) * 2 <= len(given)
        return met

    def _line(self, wish: Wish, *, is_first: bool = True) -> bytes:
        line: dict[str, Any] = {"command": wish.command, "data": wish.data}
        if wish.makes_new:
            line["key"] = f"import-{self._run}-{next(self._numbers)}"
            line |= {"expected_version": 0} if is_first and self._is_first_run else {}
        return orjson.dumps(line)

    async def _ask(self, lines: Sequence[bytes]) -> list[tuple[int, Answer]]:
        """What was answered before the door closed, if it did: by the line's number from 0."""
        answers: list[tuple[int, Answer]] = []
        headers = {"Content-Type": "application/x-ndjson"}
        try:
            headers["Authorization"] = await self._bearer.header(self._client)
            async with self._client.stream("POST", "/commands", content=b"\n".join(lines), headers=headers) as response:
                if response.status_code in {429, 503}:
                    return []
                if not response.is_success:
                    raise DoorClosed(_said(await response.aread(), response.status_code))
                async for line in response.aiter_lines():
                    answer = orjson.loads(line)
                    result = answer.get("result") or {}
                    version = result.get("version", 0)
                    self.seen.add(result.get("token", ""))
                    answers.append((answer["line"] - 1, Answer(version, answer.get("problem"))))
        except (httpx.TransportError, orjson.JSONDecodeError):
            pass  # the rest is asked again
        return answers


def open_client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, follow_redirects=True)


def _said(body: bytes, status: int) -> str:
    try:
        problem = orjson.loads(body)
        return f"the command API said: {problem.get('detail') or problem.get('title') or status}"
    except (orjson.JSONDecodeError, AttributeError):
        return f"the command API answered {status}"
