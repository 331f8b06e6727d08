"""How far the read models have got, and which have parked something on the way: one poller, while somebody waits."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from kit.consistency import ConsistencyToken
from query_api.database import Database

_EVERY_S = 0.004
_KNOWN_FOR_S = 1.0
# One statement: whatever is parked up to a checkpoint was parked together with it. In the order of the primary key, so
# that no plan gathers all that is parked.
_SELECT = """
    WITH serving AS MATERIALIZED (
        SELECT g.model, g.number, (SELECT true FROM projection.parked AS k
                                    WHERE k.model = g.model AND k.generation = g.number
                                    ORDER BY k.key, k.sequence LIMIT 1) AS has_parked
          FROM projection.generations AS g WHERE g.state = 'serving' AND g.model = ANY ($1::text[])
    )
    SELECT c.model, c.partition, c.epoch, c.sequence, g.has_parked
      FROM serving AS g
      JOIN projection.checkpoints AS c ON c.model = g.model AND c.generation = g.number
     WHERE c.partition = ANY ($2::smallint[])
"""

Known = Mapping[tuple[str, int], tuple[int, int]]
"""(epoch, sequence) by model and partition."""


class ForeignEpoch(Exception):  # noqa: N818 - named for the fact
    """The token was given out in another life of the log."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody waits for: all of these models at least as far as the token says."""

    models: frozenset[str]
    token: ConsistencyToken

    def is_met(self, known: Known) -> bool:
        """Whether it is so.

        Raises:
            ForeignEpoch: it will never be.
        """
        met = True
        for model in self.models:
            for partition, sequence in self.token.sequences.items():
                epoch, reached = known.get((model, partition), (self.token.epoch, -1))
                if epoch != self.token.epoch:
                    raise ForeignEpoch
                met = met and reached >= sequence
        return met


class Checkpoints:
    """Waits for read models on behalf of any number of requests."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Known = {}
        self._with_parked = frozenset[str]()
        self._seen_at = -float("inf")
        self._waiters: dict[asyncio.Future[frozenset[str]], Wanted] = {}
        self._polling: asyncio.Task[None] | None = None

    async def reached(self, wanted: Wanted, timeout_s: float) -> frozenset[str] | None:
        """The models that have something parked, as it was when all had got there; None: they did not in time.

        Raises:
            ForeignEpoch: they never will.
            Problem: 503, the read database does not answer.
        """
        # what has just been seen cannot be undone: a generation that takes over is never behind
        if monotonic() - self._seen_at < _KNOWN_FOR_S and wanted.is_met(self._known):
            return self._with_parked
        waiter: asyncio.Future[frozenset[str]] = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = wanted
        if self._polling is None:
            self._polling = asyncio.create_task(self._poll())
        try:
            async with asyncio.timeout(timeout_s):
                return await waiter
        except TimeoutError:
            return None
        finally:
            self._waiters.pop(waiter, None)

    async def _poll(self) -> None:
        try:
            while self._waiters:
                await self._look()
                self._settle()
                await asyncio.sleep(_EVERY_S)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            for waiter in self._waiters:
                _fail(waiter, error)
        finally:
            self._polling = None

    async def _look(self) -> None:
        wanted = list(self._waiters.values())
        models = {model for each in wanted for model in each.models}
        partitions = {partition for each in wanted for partition in each.token.sequences}
        rows = await self._database.rows(_SELECT, list(models), list(partitions))
        self._known = {(row["model"], row["partition"]): (row["epoch"], row["sequence"]) for row in rows}
        self._with_parked = frozenset(row["model"] for row in rows if row["has_parked"])
        self._seen_at = monotonic()

    def _settle(self) -> None:
        for waiter, wanted in self._waiters.items():
            try:
                if wanted.is_met(self._known) and not waiter.done():
                    waiter.set_result(self._with_parked)
            except ForeignEpoch as error:
                _fail(waiter, error)


def _fail(waiter: "asyncio.Future[frozenset[str]]", error: Exception) -> None:
    if not waiter.done():
        waiter.set_exception(error)
