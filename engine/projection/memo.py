"""Results of what is dear to compute, kept across batches and generations, as long as the text itself is kept.

An entry belongs to the stream whose text it was. A stream's newer text for a renderer replaces the older one, and a
deleted row takes its stream's entries along, so that nothing personal outlives its source here.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor
from hashlib import blake2b
from typing import Any, NamedTuple

from engine.projection.columns import array_literal
from engine.projection.combining import Part
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
_FORGET = "DELETE FROM projection.memo AS m WHERE stream = ANY ($1::text[])"


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
    """The memo that the folds of one batch see: looked up at once, completed, and kept with the batch's rows."""

    def __init__(self, wishes: Sequence[Wish] = ()) -> None:
        self._results: dict[tuple[str, int, str], str] = {}
        self._wishes = wishes
        self._entries = [wish.entry() for wish in wishes]
        self._missing = dict(zip(self._entries, wishes, strict=True))
        self._computed: dict[Entry, str] = {}

    def get(self, renderer: Renderer, text: str) -> str:
        known = self._results.get((renderer.name, renderer.version, text))
        if known is None:  # a fold asked for what its `renders` did not announce
            known = self._results[renderer.name, renderer.version, text] = renderer.render(text)
        return known

    def reads(self) -> list[Part]:
        return [Part(_SELECT, _columns(self._missing))] if self._missing else []

    def take(self, found: Iterable[Sequence[Any]]) -> None:
        """What was found of what is wished for."""
        for *entry, result in found:
            self._keep(self._missing.pop(Entry(*entry)), result)

    async def complete(self, workers: Executor) -> None:
        """Computes what was not found."""
        if self._missing:
            computed = await _render(list(self._missing.values()), workers)
            self._computed = dict(zip(self._missing, computed, strict=True))
            for wish, result in zip(self._missing.values(), computed, strict=True):
                self._keep(wish, result)

    def writes(self, forgotten: AbstractSet[str]) -> Iterator[Part]:
        """Keeps the texts of each stream's last event alone, and nothing of the streams in `forgotten`."""
        kept = self._last_texts(forgotten)
        new = [entry for entry in self._computed if entry.hash in kept.get((entry.stream, entry.renderer), ())]
        if new:
            yield Part(_INSERT, [*_columns(new), [self._computed[entry] for entry in new]])
        if kept:
            streams, renderers = zip(*kept, strict=True)
            literals = [array_literal(f"\\x{each.hex()}" for each in hashes) for hashes in kept.values()]
            yield Part(_DELETE_REPLACED, [streams, renderers, literals])
        if forgotten:
            yield Part(_FORGET, [list(forgotten)])

    def _last_texts(self, forgotten: AbstractSet[str]) -> dict[tuple[str, str], set[bytes]]:
        last: dict[tuple[str, str], int] = {}
        kept: dict[tuple[str, str], set[bytes]] = {}
        for wish, entry in sorted(zip(self._wishes, self._entries, strict=True), key=lambda pair: pair[0].position):
            place = (entry.stream, entry.renderer)
            if entry.stream in forgotten:
                continue
            if last.get(place) != wish.position:
                last[place], kept[place] = wish.position, set()
            kept[place].add(entry.hash)
        return kept

    def _keep(self, wish: Wish, result: str) -> None:
        self._results[wish.renderer.name, wish.renderer.version, wish.text] = result


async def _render(wishes: Sequence[Wish], workers: Executor) -> list[str]:
    """The renderers leave Python while they work, so a few threads run side by side, each with its share."""
    loop = asyncio.get_running_loop()
    shares = [wishes[start::_SHARES] for start in range(min(_SHARES, len(wishes)))]
    results = await asyncio.gather(*(loop.run_in_executor(workers, _render_all, share) for share in shares))
    rendered = [""] * len(wishes)
    for start, share in enumerate(results):
        rendered[start::_SHARES] = share
    return rendered


def _render_all(wishes: Sequence[Wish]) -> list[str]:
    return [wish.render() for wish in wishes]


def _columns(entries: Iterable[Entry]) -> list[tuple[Any, ...]]:
    return list(zip(*entries, strict=True))
