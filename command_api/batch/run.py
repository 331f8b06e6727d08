"""Carries out the lines of a batch: what is of one stream or looks at it in order, the others side by side."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog
from starlette.requests import ClientDisconnect

from command_api.auth.stored_secrets import new_link
from command_api.batch import line as one
from command_api.batch.lines import TooLong, lines
from command_api.batch.window import Window
from command_api.failures import problem_of
from command_api.idempotency import request_hash
from command_api.parts import Parts
from domain.command import Context
from engine.commands.ports import Executed, IdempotencyRequest
from kit import clock
from kit.http import problems
from kit.http.bearer import Principal
from kit.http.problems import Problem
from kit.http.requests import RequestIds

log = structlog.get_logger("batch")


@dataclass(slots=True)
class Batch:
    parts: Parts
    principal: Principal
    ids: RequestIds
    window: Window = field(default_factory=Window)
    answers: bytearray = field(default_factory=bytearray)
    """Not read yet."""
    is_answered: asyncio.Event = field(default_factory=asyncio.Event)
    is_done: bool = False
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    """The event loop itself keeps tasks by weak references alone."""
    _last: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    """The newest line of each stream that has one under way: the next waits for it, as do those that look at it."""
    _looking: dict[str, set[asyncio.Task[None]]] = field(default_factory=dict)
    """By stream, the lines under way that look at it beside their own: its next line waits for them."""

    async def run(self, chunks: AsyncIterator[bytes]) -> None:
        """Reads to the end, as fast as the window lets it, and waits until every started line is answered."""
        try:
            async for number, line in lines(chunks):
                size_bytes = 0 if isinstance(line, TooLong) else len(line)
                await self.window.enter(size_bytes)
                self._start(number, line, size_bytes)
        except (ClientDisconnect, TimeoutError):
            log.info("batch ended early")
        finally:
            await self.window.emptied()
            self.is_done = True
            self.is_answered.set()

    def _start(self, number: int, line: bytes | TooLong, size_bytes: int) -> None:
        key = None
        try:
            fields = one.envelope(line)
            key = fields.get("key")
            parsed = one.parsed(fields)
        except Problem as problem:
            self._answer(one.failure(number, key, problem), size_bytes)
            return
        stream, others = parsed.command.stream, parsed.command.others
        before = {self._last[each] for each in (stream, *others) if each in self._last}
        before |= self._looking.get(stream, set())
        task = asyncio.create_task(self._carry_out(number, parsed, size_bytes, before))
        self._last[stream] = task
        for other in others:
            self._looking.setdefault(other, set()).add(task)
        self._running.add(task)
        task.add_done_callback(lambda done: self._forget(parsed, done))

    def _forget(self, line: one.Line, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._last.get(line.command.stream) is task:
            del self._last[line.command.stream]
        for other in line.command.others:
            looking = self._looking[other]
            looking.discard(task)
            if not looking:
                del self._looking[other]

    async def _carry_out(self, number: int, line: one.Line, size_bytes: int, before: set[asyncio.Task[None]]) -> None:
        if before:
            await asyncio.wait(before)
        try:
            answer = one.result(number, line.key, await self._execute(line))
        except Exception as error:  # noqa: BLE001 - a bad line stops nothing
            answer = one.failure(number, line.key, self._problem(error))
        self._answer(answer, size_bytes)

    async def _execute(self, line: one.Line) -> Executed:
        actor = await self.parts.standing.actor(self.principal)
        link = new_link(line.account) if line.account else None
        return await self.parts.executor.execute(
            line.command,
            context=Context(actor, clock.now(), one_time_token=link),
            expected_version=line.expected_version,
            idempotency=self._idempotency(line),
            correlation=self.ids.request_id,
            traceparent=self.ids.traceparent,
        )

    def _idempotency(self, line: one.Line) -> IdempotencyRequest | None:
        if line.key is None:
            return None
        hashed = request_hash(self.parts.secret, "POST /commands", line.canonical)
        return IdempotencyRequest(str(self.principal.account), line.key, hashed, "{}")

    def _problem(self, error: Exception) -> Problem:
        found = problem_of(error)
        if found is None:
            log.error("line failed", exc_info=error)
        return found or problems.unexpected()

    def _answer(self, answer: bytes, size_bytes: int) -> None:
        self.answers += answer
        self.window.leave(size_bytes, len(answer))
        self.is_answered.set()
