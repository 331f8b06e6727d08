"""Group append: what arrives while the previous statement is in flight travels together in the next."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
import structlog

from engine.log.append_session import AppendSession, Backend
from engine.log.append_statement import outcome
from engine.log.availability import is_unreachable
from engine.log.grouping import Waiting, size_of, take_group
from engine.log.records import Append, Appended, AppendFailed, LogUnavailable, OutcomeUnknown

_log = structlog.get_logger(__name__)
_FIRST_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 1.0
_MAX_WAITING_BYTES = 64 << 20
_TRANSIENT = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is being promoted
)


class Appender:
    """Appends to the log, one group in flight, no timer.

    Args:
        url: the log database, with a role that may execute `append_group`.
        max_group: the most appends in one statement.
        deadline_s: how long an append may take, waiting and retries included.
    """

    def __init__(self, url: str, *, max_group: int = 256, deadline_s: float = 10) -> None:
        self._url, self._max_group, self._deadline_s = url, max_group, deadline_s
        self._queue: deque[Waiting] = deque()
        self._queued_bytes = 0
        self._arrived = asyncio.Event()
        self._session: AppendSession | None = None
        self._lost: Backend | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False

    async def start(self) -> None:
        """Starts the sender; a database that is down fails appends, not the start."""
        self._task = asyncio.create_task(self._send_groups(), name="append groups")

    async def stop(self) -> None:
        """Sends what waits, then closes."""
        self._is_stopping = True
        self._arrived.set()
        if self._task:
            await self._task
        if self._session:
            await self._session.close()

    async def append(self, append: Append) -> Appended:
        """Stores the append, all or nothing.

        Raises:
            VersionConflict, ClaimTaken, GuardFailed, KeyUsed: refused; nothing was stored.
            AppendFailed: the database does not take a value of it; nothing was stored.
            LogUnavailable: the log was not reached before the deadline; nothing was stored.
            OutcomeUnknown: the connection was lost at commit and the deadline passed.
        """
        if not append.events:
            raise ValueError("an append has events")
        waiting = Waiting(append, asyncio.get_running_loop().create_future(), size_of(append))
        if self._is_stopping:
            raise LogUnavailable("this process is stopping")
        if self._queued_bytes + waiting.size_bytes > _MAX_WAITING_BYTES:
            raise LogUnavailable("too much is waiting for the log already")
        self._queue.append(waiting)
        self._queued_bytes += waiting.size_bytes
        self._arrived.set()
        # Half the price of asyncio.timeout, which interrupts the task instead of answering it.
        deadline = waiting.done.get_loop().call_later(self._deadline_s, _expire, waiting)
        try:
            return await waiting.done
        finally:
            deadline.cancel()
            self._queued_bytes -= waiting.size_bytes

    async def _send_groups(self) -> None:
        while True:
            group = take_group(self._queue, self._max_group)
            if group:
                await self._store(group)
            elif self._is_stopping:
                return
            else:
                self._arrived.clear()
                await self._arrived.wait()

    async def _store(self, group: Sequence[Waiting]) -> None:
        """Stores a group, again and again while somebody waits for it and the fault is the log's own."""
        pause_s = _FIRST_PAUSE_S
        while group := [waiting for waiting in group if not waiting.done.done()]:
            try:
                await self._send(group)
            except _Unavailable:
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must reach one caller and no other
                await self._store_singly(group, error)

    async def _store_singly(self, group: Sequence[Waiting], error: Exception) -> None:
        """A group failed as a whole: its members are tried one by one, so that only the bad one fails."""
        if len(group) == 1:
            _log.error("append failed", stream=group[0].append.stream, error=type(error).__name__)
            _fail(group[0], error)
            return
        for waiting in group:
            await self._store([waiting])

    async def _send(self, group: Sequence[Waiting]) -> None:
        session = await self._connected()
        doubts = [waiting.is_sent for waiting in group]
        for waiting in group:
            waiting.is_sent = True
        try:
            async with asyncio.timeout(self._deadline_s):
                answers = await session.store([waiting.append for waiting in group])
        except Exception as error:
            if session.is_closed or is_unreachable(error):
                self._lose(session, error)
                raise _Unavailable from error
            # The database answered: this time nothing was stored.
            for waiting, is_in_doubt in zip(group, doubts, strict=True):
                waiting.is_sent = is_in_doubt
            if isinstance(error, _TRANSIENT):
                raise _Unavailable from error
            raise
        for waiting in group:
            _settle(waiting, outcome(waiting.append, answers[waiting.append.append_id]))

    async def _connected(self) -> AppendSession:
        if self._session is None:
            try:
                self._session = await AppendSession.open(
                    self._url, statement_timeout_s=self._deadline_s, lost=self._lost
                )
            except Exception as error:  # whatever it is, no append is at fault
                _log.warning("log unreachable", error=type(error).__name__)
                raise _Unavailable from error
            self._lost = None
        return self._session

    def _lose(self, session: AppendSession, error: Exception) -> None:
        _log.warning("append connection lost", error=type(error).__name__)
        session.abort()
        self._session, self._lost = None, session.backend


class _Unavailable(Exception):  # noqa: N818 - a signal inside this module
    """Try again: the log is not there, or said to try again."""


def _expire(waiting: Waiting) -> None:
    if waiting.is_sent:
        _settle(waiting, OutcomeUnknown("the log was lost while it stored this: ask again with the same key"))
    else:
        _settle(waiting, LogUnavailable("the log could not be reached in time; nothing was stored"))


def _settle(waiting: Waiting, result: Appended | Exception) -> None:
    with suppress(asyncio.InvalidStateError):  # its caller has gone
        if isinstance(result, Appended):
            waiting.done.set_result(result)
        else:
            waiting.done.set_exception(result)


def _fail(waiting: Waiting, error: Exception) -> None:
    failed = AppendFailed(f"the log cannot store this append: {type(error).__name__}")
    failed.__cause__ = error
    _settle(waiting, failed)
