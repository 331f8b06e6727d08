"""Checks that each stream's versions count from 1 without a gap, in the order of positions, under one key."""

from typing import Any

from ops.checking_log.problems import Problems

PAGE = 50_000
# Pages overlap by one row, which links the next page's first row to what was before it.
_SQL = """
    WITH page AS MATERIALIZED (
        SELECT stream, version, position, partition_key FROM events
         WHERE (stream, version) >= ($1, $2) AND position <= $3 ORDER BY stream, version LIMIT $4
    ), linked AS (
        SELECT stream, version, position, partition_key, row_number() OVER near AS n, count(*) OVER () AS total,
               lag(stream) OVER near = stream AS follows, lag(version) OVER near AS version_before,
               lag(position) OVER near AS position_before, lag(partition_key) OVER near AS key_before
          FROM page WINDOW near AS (ORDER BY stream, version)
    ), judged AS (
        SELECT *, CASE
            WHEN n = 1 AND $1 <> '' THEN NULL
            WHEN version <> CASE WHEN follows THEN version_before + 1 ELSE 1 END THEN 'version'
            WHEN follows AND position <= position_before THEN 'position'
            WHEN follows AND partition_key <> key_before THEN 'key'
        END AS problem FROM linked
    )
    SELECT stream, version, position, coalesce(CASE WHEN follows THEN version_before END, 0) AS version_before,
           position_before, problem, n = total AS is_last, total
      FROM judged WHERE problem IS NOT NULL OR n = total ORDER BY n LIMIT 100
"""


async def check_versions(database: Any, up_to: int, problems: Problems) -> None:
    """Looks at all streams, a page of them at a time.

    Raises:
        TooMany: see Problems.
    """
    stream, version = "", 0
    while True:
        rows = await database.fetch(_SQL, stream, version, up_to, PAGE)
        for row in rows:
            if row["problem"]:
                problems.add(_words(row))
        if not rows or rows[-1]["total"] < PAGE:
            return
        stream, version = rows[-1]["stream"], rows[-1]["version"]


def _words(row: Any) -> str:
    stream, version, place = row["stream"], row["version"], f"(at position {row['position']})"
    match row["problem"]:
        case "version":
            return f"{stream}: version {row['version_before'] + 1} is missing before {version} {place}"
        case "position":
            return f"{stream}: version {version} {place} comes before version {version - 1}"
        case _:
            return f"{stream}: version {version} {place} has another key than the version before it"
