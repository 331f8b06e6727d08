"""Follows the changes for all who listen: one poller a process, which runs only while somebody does."""

import asyncio
from contextlib import suppress

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from kit.consistency import ConsistencyToken
from kit.http.problems import Problem
from query_api import changes_sql
from query_api.database import Database
from query_api.listener import Listener
from query_api.told_changes import Wishes, beat, reset, tell

_EVERY_S = 0.01
_AFTER_FAULT_S = 1.0
_BEAT_S = 15.0
_END_S = 2.0
_RETRY_AFTER_S = "5"
_READERS = 4
"""Who reads what they missed at the same time: the other doors need connections too."""

log = structlog.get_logger()


class LiveChanges:
    """Who listens, and how far they were told."""

    def __init__(self, database: Database, most: int, registry: CollectorRegistry) -> None:
        self.database, self._most = database, most
        self.reading = asyncio.Semaphore(_READERS)
        self._place: ConsistencyToken | None = None
        self._admitted: set[Listener] = set()
        self._joined: set[Listener] = set()
        self._polling: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()
        self._is_closed = False
        self._beaten_at = 0.0
        self._listeners = Gauge("palimpsest_changes_listeners", "Who listens to /changes", registry=registry)
        self._cuts = Counter("palimpsest_changes_cut", "Listeners that were too slow", registry=registry)

    @property
    def place(self) -> ConsistencyToken:
        """How far those who joined were told. Known once `follow` has returned."""
        assert self._place is not None  # noqa: S101 - as said
        return self._place

    def admit(self, wishes: Wishes) -> Listener:
        """A place among the listeners, until its `end`.

        Raises:
            Problem: 503, there is none left.
        """
        if self._is_closed or len(self._admitted) >= self._most:
            detail = "As many listen as this process takes."
            raise Problem(503, "TooManyListeners", detail, headers={"Retry-After": _RETRY_AFTER_S})
        listener = Listener(wishes, self._leave)
        self._admitted.add(listener)
        self._listeners.set(len(self._admitted))
        return listener

    async def follow(self) -> None:
        """Sees to it that the changes are followed for those who were admitted.

        Raises:
            Problem: 503, the read database does not answer, or there are no changes yet.
        """
        async with self._beginning:
            if self._polling is not None:
                return
            self._place = await changes_sql.reached(self.database)
            if self._place is None:
                raise Problem(503, "ReadModelMissing", "A read model has not been built yet.")
            self._polling = asyncio.create_task(self._poll())

    def join(self, listener: Listener) -> None:
        """From now on it hears what comes after `place`."""
        if not listener.is_over:
            self._joined.add(listener)

    def close(self) -> None:
        """Ends all streams, and lets nobody in any more."""
        self._is_closed = True
        for listener in list(self._admitted):
            listener.end()

    async def stop(self) -> None:
        """With nobody left to tell, the poller ends by itself: a statement that is cut off would cost a connection."""
        self.close()
        if (polling := self._polling) is not None:
            await asyncio.wait({polling}, timeout=_END_S)
            polling.cancel()
            with suppress(asyncio.CancelledError):
                await polling

    def _leave(self, listener: Listener) -> None:
        self._admitted.discard(listener)
        self._joined.discard(listener)
        self._listeners.set(len(self._admitted))
        if listener.is_cut.done():
            self._cuts.inc()

    async def _poll(self) -> None:
        try:
            while self._admitted:
                try:
                    await self._look()
                    pause_s = _EVERY_S
                except Problem as fault:  # the database is away: listeners stay, and miss nothing
                    log.warning("changes cannot be read", code=fault.code)
                    pause_s = _AFTER_FAULT_S
                self._beat()
                await asyncio.sleep(pause_s)
        except Exception:
            log.exception("changes are not followed any more")
            for listener in list(self._admitted):
                listener.end()
        finally:
            self._polling = None

    async def _look(self) -> None:
        """Tells what there is between the place and how far the changes go."""
        reached = await changes_sql.reached(self.database)
        if reached is None:
            return
        if reached.epoch != self.place.epoch:
            self._place = reached
            self._say(reset(reached))
            return
        while True:
            changes, ends = await changes_sql.page(self.database, self.place.sequences, reached.sequences)
            if not ends:
                return
            told = tell(changes, self.place, ends)
            self._place = told.place
            if told.frames:
                for listener in list(self._joined):
                    listener.hear(told)

    def _say(self, chunk: bytes) -> None:
        for listener in list(self._joined):
            listener.take(chunk)

    def _beat(self) -> None:
        """Once a second, to those who heard nothing for long: a connection that is gone is found, an id moves on."""
        now = asyncio.get_running_loop().time()
        if now - self._beaten_at < 1:
            return
        self._beaten_at, chunk = now, beat(self.place)
        for listener in [each for each in self._joined if now - each.heard_at >= _BEAT_S]:
            listener.take(chunk)
