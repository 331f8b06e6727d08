"""What the operator asks of builds at work: to wait, to end, to go slower."""

import asyncio
from collections.abc import Sequence
from enum import Enum
from time import monotonic
from typing import Any

import asyncpg

from engine.rebuild.estimate import Floor

_LOOK_S = 1.0
_LONGEST_NAP_S = 0.5
_ASKED = """
    SELECT bool_or(is_cancelled OR state <> 'building') AS ends, bool_or(is_paused) AS waits,
           min(rate::float8 / workers) AS rate
      FROM projection.replays WHERE id = ANY ($1::bigint[])
"""
_PAUSE = """
    UPDATE projection.replays SET is_paused = true, problem = $2
     WHERE id = ANY ($1::bigint[]) AND state = 'building' AND NOT is_paused
"""


class Answer(Enum):
    GO_ON = "go on"
    END = "end"


class Control:
    """Looks at the replays about once a second, and keeps this worker's share of the rate that was asked for."""

    def __init__(
        self, connection: "asyncpg.Connection[Any]", replays: Sequence[int], floor: Floor | None = None
    ) -> None:
        self._connection, self._replays, self._floor = connection, list(replays), floor
        self._looked_at = -_LOOK_S
        self._rate: float | None = None
        self._ends = self._waits = False
        self._since = monotonic()
        self._events = 0

    async def after(self, events: int) -> Answer:
        """Returns when the next events may be folded, or when nothing more is wanted."""
        self._events += events
        while True:
            await self._look()
            if self._ends:
                return Answer.END
            nap_s = self._nap_s()
            if nap_s <= 0:
                return Answer.GO_ON
            await asyncio.sleep(min(nap_s, _LONGEST_NAP_S))

    def _nap_s(self) -> float:
        if self._waits:
            self._begin_anew()
            return _LONGEST_NAP_S
        if self._rate is None:
            return 0
        return self._events / self._rate - (monotonic() - self._since)

    async def _look(self) -> None:
        now = monotonic()
        if now - self._looked_at < _LOOK_S:
            return
        if self._floor is not None and (problem := self._floor.problem()) is not None:
            await self._connection.execute(_PAUSE, self._replays, problem)
        asked = await self._connection.fetchrow(_ASKED, self._replays)
        self._looked_at = now
        if asked is None or asked["ends"] is None:
            self._ends = True
            return
        self._ends, self._waits = asked["ends"], asked["waits"]
        if asked["rate"] != self._rate:
            self._rate = asked["rate"]
            self._begin_anew()

    def _begin_anew(self) -> None:
        """What was folded faster or slower before does not count."""
        self._since, self._events = monotonic(), 0
