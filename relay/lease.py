"""The right to relay: an advisory lock that one relay holds, and the cursor that only its holder moves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

import asyncpg

from kit.database import DATABASE_FAULTS, connect

_LOCK = 0x70616C_7265_6C79  # any number that no other lock of the log database uses
_STANDBY_POLL_S = 0.5
_SESSION_TIMEOUT_S = 5
_ANSWER_TIMEOUT_S = 5

_TRY_LOCK = "SELECT pg_try_advisory_lock($1)"
_READ = "SELECT position, epoch FROM relay_cursor"
_MOVE = "UPDATE relay_cursor SET position = $3 WHERE position = $2 AND epoch = $1"


class LeaseLost(Exception):  # noqa: N818 - named for the fact
    """Another relay has moved the cursor, or the session that holds the lock is gone."""


class Cursor(NamedTuple):
    """How far Kafka has acknowledged the log."""

    epoch: int
    position: int


class Lease:
    """A session that holds the lock."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", cursor: Cursor) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()  # a connection does one thing at a time
        self._is_lost = False
        self.cursor = cursor

    async def move_cursor(self, position: int) -> None:
        """Stores how far Kafka has acknowledged.

        Compare-and-set: a relay that was stopped while another took over finds the cursor elsewhere, and never
        puts it back.

        Raises:
            LeaseLost: the cursor is not where this relay left it, or the session is gone.
        """
        done = await self._execute(_MOVE, self.cursor.epoch, self.cursor.position, position)
        if done != "UPDATE 1":
            raise LeaseLost("another relay has moved the cursor")
        self.cursor = Cursor(self.cursor.epoch, position)

    def check(self) -> None:
        """Raises LeaseLost when the session is known to be gone."""
        if self._is_lost:
            raise LeaseLost("the session that holds the lock is gone")

    async def keep(self, every_s: float) -> None:
        """Shows the server that this relay lives: a session that is silent for 5 s is ended, and its lock with it."""
        with contextlib.suppress(LeaseLost):
            while True:
                await asyncio.sleep(every_s)
                await self._execute("SELECT 1")

    async def _execute(self, statement: str, *values: object) -> str:
        try:
            async with self._turn:
                return await self._connection.execute(statement, *values)
        except DATABASE_FAULTS as error:
            self._is_lost = True
            raise LeaseLost("the session that holds the lock is gone") from error


@contextlib.asynccontextmanager
async def hold_lease(
    url: str, *, name: str, stop: asyncio.Event, on_standby: Callable[[], None], renew_every_s: float = 1.0
) -> AsyncIterator[Lease | None]:
    """Stands by until no other relay holds the lock, then holds it for as long as the context lasts.

    Gives None when `stop` came first. `on_standby` is called each time that another is seen holding the lock.
    """
    connection = await connect(url, application_name=name, command_timeout_s=_ANSWER_TIMEOUT_S)
    try:
        # A stopped process keeps its sockets open: without this its lock would be held until somebody kills it.
        await connection.execute(f"SET idle_session_timeout = '{_SESSION_TIMEOUT_S}s'")
        # A cursor that a crash of the server puts back costs duplicates; a wait for the disk would cost the log.
        await connection.execute("SET synchronous_commit = off")
        while not (is_held := await connection.fetchval(_TRY_LOCK, _LOCK)) and not stop.is_set():
            on_standby()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _STANDBY_POLL_S)
        if not is_held:
            yield None
            return
        lease = await _take_over(connection)
        keeping = asyncio.create_task(lease.keep(renew_every_s))
        try:
            yield lease
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
    finally:
        await _close(connection)


async def _take_over(connection: "asyncpg.Connection[asyncpg.Record]") -> Lease:
    found = await connection.fetchrow(_READ)
    assert found is not None  # noqa: S101 - the migration that makes the table makes its row
    return Lease(connection, Cursor(found["epoch"], found["position"]))


async def _close(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    try:
        await connection.close(timeout=1)
    except DATABASE_FAULTS:
        connection.terminate()
