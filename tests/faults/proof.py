"""What must hold after any fault: acknowledged is stored once and in order, and read tables equal the fold."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from domain.catalogue import EVENTS, UPCASTERS
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import Recorded
from read_models.registry import MODELS
from tests.faults.fold import as_text, expected_tables
from tests.faults.writers import Acknowledged
from tests.live_stack import LiveStack

CAUGHT_UP_S = 60
DENSE = """
SELECT (SELECT count(*) = coalesce(max(position), 0) FROM events)
   AND (SELECT coalesce(bool_and(n = top), true)
          FROM (SELECT count(*) AS n, max(sequence) AS top FROM events GROUP BY partition) AS partitions)
   AND (SELECT coalesce(bool_and(n = top), true)
          FROM (SELECT count(*) AS n, max(version) AS top FROM events GROUP BY stream) AS streams)
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """Checks a stack against what writers were told."""

    stack: LiveStack

    async def holds(self, acknowledged: Sequence[Acknowledged]) -> None:
        assert acknowledged, "nothing was acknowledged: the fault was not under load"
        history = await self._history()
        _require_each_once(history, acknowledged)
        await self._require_dense()
        await self._require_visible(acknowledged)
        await self.read_tables_equal_the_fold(history)

    async def read_tables_equal_the_fold(self, history: list[Recorded] | None = None) -> None:
        expected = expected_tables(MODELS, history if history is not None else await self._history())
        connection = await asyncpg.connect(self.stack.url("read"))
        try:
            for table, rows in expected.items():
                found = await _rows(connection, table)
                assert found == rows, f"{table} differs from the fold: {_difference(found, rows)}"
        finally:
            await connection.close()

    async def _history(self) -> list[Recorded]:
        async with asyncpg.create_pool(self.stack.url("log"), min_size=1, max_size=1) as pool:
            reader, keyring, codec = LogReader(pool), KeyRing(pool), Codec(EVENTS, UPCASTERS)
            history: list[Recorded] = []
            while page := await reader.all(history[-1].position if history else 0, limit=5_000):
                history += await codec.decode_many(page, keyring)
            return history

    async def _require_dense(self) -> None:
        connection = await asyncpg.connect(self.stack.url("log"))
        try:
            assert await connection.fetchval(DENSE), "the log has holes or doubles"
        finally:
            await connection.close()

    async def _require_visible(self, acknowledged: Sequence[Acknowledged]) -> None:
        """The last acknowledged token is reached by the query side."""
        last: dict[str, Acknowledged] = {each.token.partition(".")[0]: each for each in acknowledged}
        async with httpx.AsyncClient(base_url=self.stack.query_url, timeout=CAUGHT_UP_S) as client:
            for each in last.values():
                await _until_seen(client, each)


async def _until_seen(client: httpx.AsyncClient, each: Acknowledged) -> None:
    """Reads with the token until the answer is fresh: the deadline is the proof's, not the door's."""
    wait = {"Consistency-Token": each.token, "Prefer": "wait=10, handling=strict"}
    for _ in range(6):
        answer = await client.get("/posts", params={"limit": 1}, headers=wait)
        if answer.status_code == 200:
            return
    pytest.fail(f"never visible: {each} ({answer.status_code} {answer.text[:300]})")


def _require_each_once(history: Sequence[Recorded], acknowledged: Sequence[Acknowledged]) -> None:
    versions: dict[str, list[int]] = defaultdict(list)
    titles: dict[tuple[str, int], Any] = {}
    for recorded in history:
        versions[recorded.stream].append(recorded.version)
        titles[recorded.stream, recorded.version] = getattr(recorded.event, "title", None)
    for stream, found in versions.items():
        assert found == list(range(1, len(found) + 1)), f"{stream} is out of order"
    for each in acknowledged:
        stream = f"post-{each.post}"
        assert (stream, each.version) in titles, f"acknowledged and lost: {each}"
        told = titles[stream, each.version]
        assert told in {None, each.title}, f"{each} holds {told!r}"
    drafted = [told for (_, version), told in titles.items() if version == 1 and told]
    written = [title for title in drafted if re.match(r"writer \d+ turn \d+ of", title)]
    assert len(written) == len(set(written)), "a command was stored twice"


async def _rows(connection: "asyncpg.Connection[Any]", table: str) -> set[str]:
    columns = [
        row["column_name"]
        for row in await connection.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'serving' AND table_name = $1"
            " ORDER BY ordinal_position",
            table,
        )
    ]
    if "partition" in columns and table in _counters():
        keys = columns[: columns.index("partition")]
        amounts = columns[columns.index("partition") + 1 :]
        sums = ", ".join(f"sum({name})::bigint AS {name}" for name in amounts)
        some = " OR ".join(f"sum({name}) <> 0" for name in amounts)
        query = f"SELECT {', '.join(keys)}, {sums} FROM serving.{table} GROUP BY {', '.join(keys)} HAVING {some}"  # noqa: S608 - our own names
    else:
        query = f"SELECT * FROM serving.{table}"  # noqa: S608 - our own names
    return {as_text(tuple(row.values())) for row in await connection.fetch(query)}


def _counters() -> set[str]:
    return {each.table.name for model in MODELS for fold in model.folds for each in fold.contributions}


def _difference(found: set[str], rows: set[str]) -> str:
    missing, extra = sorted(rows - found)[:2], sorted(found - rows)[:2]
    return f"{len(rows - found)} missing such as {missing}, {len(found - rows)} not expected such as {extra}"[:3000]
