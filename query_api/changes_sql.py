"""Reads changes in the order of each partition, from one place to another."""

from collections.abc import Mapping
from typing import NamedTuple

from kit.consistency import ConsistencyToken
from query_api.database import Database

PAGE = 20
"""Changes of each partition that are read at once."""
_REACHED = """
    SELECT c.partition, c.epoch, c.sequence
      FROM projection.generations AS g
      JOIN projection.checkpoints AS c ON c.model = g.model AND c.generation = g.number
     WHERE g.state = 'serving' AND g.model = 'changes'
"""
# What is not told is read nevertheless: a page says how far it got. Of a post that is not public nothing is told but
# that it was withdrawn; its comments are withdrawn with it.
_PAGE = f"""
    SELECT c.partition, c.sequence, c.kind, c.post::text AS post, c.comment::text AS comment,
           c.comment IS NULL OR EXISTS (SELECT FROM serving.changed_posts AS p WHERE p.post = c.post AND p.is_public)
      FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS r(partition, after, until)
     CROSS JOIN LATERAL (
           SELECT *
             FROM ((SELECT p.partition, p.sequence, p.kind, p.post, NULL::uuid AS comment
                      FROM serving.changes_of_posts AS p
                     WHERE p.partition = r.partition AND p.sequence > r.after AND p.sequence <= r.until
                     ORDER BY p.sequence LIMIT {PAGE})
                    UNION ALL
                   (SELECT k.partition, k.sequence, k.kind, k.post, k.comment
                      FROM serving.changes_of_comments AS k
                     WHERE k.partition = r.partition AND k.sequence > r.after AND k.sequence <= r.until
                     ORDER BY k.sequence LIMIT {PAGE})) AS both_kinds
            ORDER BY sequence LIMIT {PAGE}) AS c
     ORDER BY c.partition, c.sequence
"""  # noqa: S608 - constants


class Change(NamedTuple):
    partition: int
    sequence: int
    kind: str
    post: str
    comment: str | None
    is_told: bool


async def reached(database: Database) -> ConsistencyToken | None:
    """How far the changes that are served go; None: they were never built.

    Raises, as `page`:
        Problem: 503.
    """
    rows = await database.rows(_REACHED)
    return ConsistencyToken(rows[0]["epoch"], {row["partition"]: row["sequence"] for row in rows}) if rows else None


async def page(
    database: Database, after: Mapping[int, int], until: Mapping[int, int]
) -> tuple[list[Change], dict[int, int]]:
    """Changes after one place up to another, and how far these go in the partitions that moved."""
    moved = [partition for partition, sequence in until.items() if sequence > after.get(partition, sequence)]
    if not moved:
        return [], {}
    rows = await database.rows(_PAGE, moved, [after[each] for each in moved], [until[each] for each in moved])
    changes = [Change(*row) for row in rows]
    return changes, {each: _end(changes, each, until[each]) for each in moved}


def _end(changes: list[Change], partition: int, until: int) -> int:
    """Where a full page ends; a partition without one was read to the end."""
    own = [change.sequence for change in changes if change.partition == partition]
    return own[-1] if len(own) == PAGE else until
