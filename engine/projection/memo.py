"""Results of what is dear to compute, kept across batches and generations, as long as the text itself is kept.

An entry belongs to the stream whose text it was. A stream's newer text for a renderer replaces the older one, and a
deleted row takes its stream's entries along, so that nothing personal outlives its source here.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Executor
from hashlib import blake2b
from typing import Any, NamedTuple

import asyncpg

from engine.projection.columns import array_literal
from engine.projection.contract import Renderer

_SELECT = """
    SELECT m.stream, m.renderer, m.version, m.hash, m.result
      FROM unnest($1::text[], $2::text[], $3::int[], $4::bytea[]) AS n(stream, renderer, version, hash)
      JOIN projection.memo AS m USING (stream, renderer, version, hash)
"""
_INSERT = """
    INSERT INTO projection.memo (stream, renderer, version, hash, result)
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bytea[], $5::text[]) ON CONFLICT DO NOTHING
"""
_DELETE_REPLACED = """
    DELETE FROM projection.memo AS m
     USING unnest($1::text[], $2::text[], $3::text[]) AS n(stream, renderer, kept)
     WHERE m.stream = n.stream AND m.renderer = n.renderer AND m.hash <> ALL (n.kept::bytea[])
"""
_SHARES = 2
_FORGET = "DELETE FROM projection.memo WHERE stream = ANY ($1::text[])"


class Entry(NamedTuple):
    stream: str
    renderer: str
    version: int
    hash: bytes


class Wish(NamedTuple):
    """A text that a fold will want rendered; of a stream, from the event at this position."""

    stream: str
    position: int
    renderer: Renderer
    text: str

    def entry(self) -> Entry:
        digest = blake2b(self.text.encode("utf-8", "surrogatepass"), digest_size=32).digest()
        return Entry(self.stream, self.renderer.name, self.renderer.version, digest)

    def render(self) -> str:
        return self.renderer.render(self.text)


class BatchMemo:
    """The memo that the folds of one batch see."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, int, str], str] = {}

    def get(self, renderer: Renderer, text: str) -> str:
        known = self._results.get((renderer.name, renderer.version, text))
        if known is None:  # a fold asked for what its `renders` did not announce
            known = self._results[renderer.name, renderer.version, text] = renderer.render(text)
        return known

    async def prepare(self, connection: "asyncpg.Connection[Any]", wishes: Sequence[Wish], workers: Executor) -> None:
        """Looks all wishes up at once, computes what is missing, and stores it in the caller's transaction."""
        if not wishes:
            return
        entries = [wish.entry() for wish in wishes]
        wanted = dict(zip(entries, wishes, strict=True))
        for *entry, result in await connection.fetch(_SELECT, *_columns(wanted)):
            self._keep(wanted.pop(Entry(*entry)), result)
        if wanted:
            missing = list(wanted.values())
            computed = await _render(missing, workers)
            for wish, result in zip(missing, computed, strict=True):
                self._keep(wish, result)
            await connection.execute(_INSERT, *_columns(wanted), computed)
        await _delete_replaced(connection, wishes, entries)

    def _keep(self, wish: Wish, result: str) -> None:
        self._results[wish.renderer.name, wish.renderer.version, wish.text] = result


async def _render(wishes: Sequence[Wish], workers: Executor) -> list[str]:
    """The renderers leave Python while they work, so a few threads run side by side, each with its share."""
    loop = asyncio.get_running_loop()
    shares = [wishes[start::_SHARES] for start in range(_SHARES)]
    results = await asyncio.gather(*(loop.run_in_executor(workers, _render_all, share) for share in shares))
    rendered = [""] * len(wishes)
    for start, share in enumerate(results):
        rendered[start::_SHARES] = share
    return rendered


def _render_all(wishes: Sequence[Wish]) -> list[str]:
    return [wish.render() for wish in wishes]


async def forget(connection: "asyncpg.Connection[Any]", streams: Collection[str]) -> None:
    """Removes all that was computed from the texts of these streams."""
    await connection.execute(_FORGET, list(streams))


async def _delete_replaced(
    connection: "asyncpg.Connection[Any]", wishes: Sequence[Wish], entries: Sequence[Entry]
) -> None:
    """Keeps, for each stream and renderer, the texts of the last event alone."""
    last: dict[tuple[str, str], int] = {}
    kept: dict[tuple[str, str], set[str]] = {}
    for wish, entry in sorted(zip(wishes, entries, strict=True), key=lambda pair: pair[0].position):
        place = (entry.stream, entry.renderer)
        if last.get(place) != wish.position:
            last[place], kept[place] = wish.position, set()
        kept[place].add(f"\\x{entry.hash.hex()}")
    streams, renderers = zip(*kept, strict=True)
    await connection.execute(_DELETE_REPLACED, streams, renderers, list(map(array_literal, kept.values())))


def _columns(entries: Iterable[Entry]) -> list[tuple[Any, ...]]:
    return list(zip(*entries, strict=True))
