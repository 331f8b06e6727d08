"""Reading your own writes: a request's token is waited for, and an answer that could not wait says so."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from kit.consistency import ConsistencyToken, MalformedToken
from kit.http.problems import Problem
from query_api.checkpoints import Checkpoints, ForeignEpoch, Wanted
from query_api.database import Database

_WAIT_S = 2.0
_LONGEST_WAIT_S = 10.0
_SHORTEST_WAIT_S = 0.05
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?=[,;]|$)")
_STRICT = re.compile(r"(?:^|[,;])\s*handling\s*=\s*\"?strict\"?\s*(?=[,;]|$)")

_PARKED = """
    SELECT true
      FROM unnest($2::smallint[], $3::bigint[]) AS t(partition, sequence)
      JOIN projection.generations AS g ON g.state = 'serving' AND g.model = ANY ($1::text[])
      JOIN projection.parked AS k ON k.model = g.model AND k.generation = g.number
       AND k.partition = t.partition AND k.sequence <= t.sequence AND ($4::text[] IS NULL OR k.key = ANY ($4::text[]))
     LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Preference:
    """What a request prefers (RFC 7240)."""

    wait_s: float
    is_strict: bool

    @classmethod
    def parse(cls, header: str) -> "Preference":
        """Reads a Prefer header; what it does not know it ignores, as the RFC asks."""
        found = _WAIT.search(header)
        wait_s = float(found[1]) if found else _WAIT_S
        return cls(min(max(wait_s, _SHORTEST_WAIT_S), _LONGEST_WAIT_S), bool(_STRICT.search(header)))


class Consistency:
    """Gives each request what its token asks for.

    Raises, from every method:
        Problem: 400 for a malformed token, 409 for one of another epoch, 412 for what is not strictly fresh, 503.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._checkpoints = database, Checkpoints(database)

    async def wait(self, token: str, prefer: str, models: frozenset[str]) -> "Freshness":
        """Waits until the models have reached the token, or for as long as the request prefers."""
        preference = Preference.parse(prefer)
        wanted = Wanted(models, _parsed(token))
        try:
            with_parked = await self._checkpoints.reached(wanted, preference.wait_s)
        except ForeignEpoch:
            raise Problem(
                409,
                "ForeignEpoch",
                "The consistency token is of another epoch: the log was restored since. Read without it.",
            ) from None
        return Freshness(self._database, wanted, preference, with_parked)


@dataclass(frozen=True, slots=True)
class Freshness:
    """What is known about an answer's freshness once the waiting is over."""

    database: Database
    wanted: Wanted
    preference: Preference
    with_parked: frozenset[str] | None
    """The models that have something parked; None: they are late, all of them or one."""

    async def is_stale(self, keys: Collection[str] | None) -> bool:
        """Whether the answer may lack what the token names: late, or a key that it shows is parked.

        Args:
            keys: the partition keys that the answer is made of; None: any may matter.
        """
        is_stale = self.with_parked is None or await self._is_parked(keys)
        if is_stale and self.preference.is_strict:
            raise Problem(412, "NotYetConsistent", "The read models have not reached the consistency token.")
        return is_stale

    async def _is_parked(self, keys: Collection[str] | None) -> bool:
        if not self.with_parked or self.wanted.models.isdisjoint(self.with_parked):
            return False  # nearly always; nothing can be parked any more that the token names
        sequences = self.wanted.token.sequences
        found = await self.database.row(
            _PARKED,
            list(self.wanted.models),
            list(sequences),
            list(sequences.values()),
            None if keys is None else list(keys),
        )
        return found is not None


def _parsed(token: str) -> ConsistencyToken:
    try:
        return ConsistencyToken.parse(token)
    except MalformedToken as malformed:
        raise Problem(400, "MalformedToken", f"Consistency-Token: {malformed}.") from None
