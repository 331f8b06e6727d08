"""The replays that there are, the newest of each read model."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.projection.contract import ReadModel
from kit.database import connect
from ops.databases import OperatorUrls

_REPLAYS = """
    SELECT DISTINCT ON (r.model) r.model, r.generation, r.state, r.is_paused AS paused, r.workers, r.rate, r.until,
           (SELECT sum(events)::bigint FROM projection.replay_parts WHERE replay = r.id) AS events,
           (SELECT sum(folded)::bigint FROM projection.replay_parts WHERE replay = r.id) AS folded,
           r.requested_by, r.requested_at, r.finished_at, r.problem, r.why
      FROM projection.replays AS r
     WHERE $1::text[] IS NULL OR r.model = ANY ($1)
     ORDER BY r.model, r.id DESC
"""


async def replays_as_rows(urls: OperatorUrls, models: Sequence[ReadModel]) -> list[Mapping[str, Any]]:
    connection = await connect(urls.read, application_name="palimpsest replay")
    try:
        found = await connection.fetch(_REPLAYS, [model.name for model in models] or None)
    finally:
        await connection.close()
    return [dict(row) for row in found]
