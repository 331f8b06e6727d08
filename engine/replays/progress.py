"""How far replays have got, in events."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import asyncpg

from engine.replays.replay import ENDED, State

_PROGRESS = """
    SELECT r.id, r.model, r.generation, r.state, r.is_paused, r.problem,
           coalesce(p.events, 0)::bigint AS events, coalesce(p.folded, 0)::bigint AS folded,
           (SELECT sum(sequence)::bigint FROM projection.checkpoints AS c
             WHERE c.model = r.model AND c.generation = r.generation) AS applied
      FROM projection.replays AS r
      LEFT JOIN LATERAL (SELECT sum(events) AS events, sum(folded) AS folded
                           FROM projection.replay_parts WHERE replay = r.id) AS p ON true
     WHERE r.id = ANY ($1::bigint[]) ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class Progress:
    id: int
    model: str
    generation: int | None
    state: State
    is_paused: bool
    problem: str | None
    events: int
    """To fold before the generation follows the log."""
    folded: int
    applied: int | None
    """Once it follows: the events that it has."""

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def position(self) -> int:
        """How many events of the log it has, of all partitions together."""
        return self.folded if self.applied is None else self.applied

    def as_json(self) -> Mapping[str, Any]:
        return {**asdict(self), "position": self.position}


async def progress_of(connection: "asyncpg.Connection[Any]", replays: Sequence[int]) -> list[Progress]:
    found = await connection.fetch(_PROGRESS, list(replays))
    return [Progress(**{**dict(row), "state": State(row["state"])}) for row in found]
