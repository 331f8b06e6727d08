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
from engine.projection.contract import Renderer
from engine.projection.parts import Part, Statement

_SELECT = "SELECT stream, renderer, version, hash, result FROM projection.memo WHERE stream = ANY ($1::text[])"
_INSERT = """
    INSERT INTO projection.memo (stream, renderer, version, hash, result)
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bytea[], $5::text[]) ON CONFLICT DO NOTHING
"""
_DELETE_REPLACED = """
    DELETE FROM projection.memo AS m
     USING unnest($1::text[], $2::text[], $3::text[]) AS n(stream, renderer, kept)
     WHERE m.stream = n.stream AND m.renderer = n.renderer AND m.hash <> ALL (n.kept::bytea[])
"""
_FORGET = "DELETE FROM projection.memo AS m WHERE stream = ANY ($1::text[])"
READING = Statement(_SELECT, "projection.memo")
WRITING = tuple(map(Statement, (_INSERT, _DELETE_REPLACED, _FORGET)))
_SHARES = 2


class Entry(NamedTuple):
    stream: str
    renderer: str
    version: int
    hash: bytes


class Wish(NamedTuple):
    """A text of a stream that a row wants rendered."""

    stream: str
    renderer: Renderer
    text: str

    def entry(self, digest: bytes) -> Entry:
        return Entry(self.stream, self.renderer.name, self.renderer.version, digest)


class _Text:
    """What is made of one text: each renderer works once, also where another one works on its result."""

    def __init__(self, text: str) -> None:
        self._text, self._made = text, dict[str, str]()
        self.wanted: list[Renderer] = []

    def render_all(self) -> None:
        for each in self.wanted:
            self.of(each)

    def of(self, renderer: Renderer) -> str:
        known = self._made.get(renderer.name)
        if known is None:
            known = self._made[renderer.name] = renderer.work(self.of(renderer.of) if renderer.of else self._text)
        return known


class BatchMemo:
    """The memo that the rows of one batch are finished with: what there is of these streams, and what they lack."""

    def __init__(self, streams: Iterable[str] = ()) -> None:
        self._streams = list(streams)
        self._remembered: dict[Entry, str] = {}
        self._results: dict[tuple[str, int, str], str] = {}
        self._entries: list[Entry] = []
        self._computed: dict[Entry, str] = {}

    def get(self, renderer: Renderer, text: str) -> str:
        known = self._results.get((renderer.name, renderer.version, text))
        if known is None:  # `finish` asked for what `wishes` did not announce
            known = self._results[renderer.name, renderer.version, text] = renderer.render(text)
        return known

    def reads(self) -> list[Part]:
        return [Part(_SELECT, [self._streams])] if self._streams else []

    def take(self, found: Iterable[Sequence[Any]]) -> None:
        """What there is of the streams."""
        self._remembered = {Entry(*entry): result for *entry, result in found}

    async def complete(self, wishes: Sequence[Wish], workers: Executor) -> None:
        """Computes what is wished for and was not found."""
        digests = {text: _digest(text) for text in {wish.text for wish in wishes}}
        self._entries = [wish.entry(digests[wish.text]) for wish in wishes]
        missing: dict[Entry, Wish] = {}
        for wish, entry in zip(wishes, self._entries, strict=True):
            known = self._remembered.get(entry)
            if known is None:
                missing[entry] = wish
            else:
                self._keep(wish, known)
        if missing:
            computed = await _render(list(missing.values()), workers)
            self._computed = dict(zip(missing, computed, strict=True))
            for wish, result in zip(missing.values(), computed, strict=True):
                self._keep(wish, result)

    def writes(self, forgotten: AbstractSet[str]) -> Iterator[Part]:
        """Keeps the texts that were wished for in place of their streams' others, and none of those in `forgotten`."""
        new = [entry for entry in self._computed if entry.stream not in forgotten]
        if new:
            yield Part(_INSERT, [*_columns(new), [self._computed[entry] for entry in new]])
        kept: dict[tuple[str, str], set[bytes]] = {}
        for entry in self._entries:
            if entry.stream not in forgotten:
                kept.setdefault((entry.stream, entry.renderer), set()).add(entry.hash)
        if kept:
            streams, renderers = zip(*kept, strict=True)
            literals = [array_literal(f"\\x{each.hex()}" for each in hashes) for hashes in kept.values()]
            yield Part(_DELETE_REPLACED, [streams, renderers, literals])
        if forgotten:
            yield Part(_FORGET, [list(forgotten)])

    def _keep(self, wish: Wish, result: str) -> None:
        self._results[wish.renderer.name, wish.renderer.version, wish.text] = result


async def _render(wishes: Sequence[Wish], workers: Executor) -> list[str]:
    """The renderers leave Python while they work, so a few threads run side by side, each with its share of texts."""
    loop = asyncio.get_running_loop()
    texts: dict[str, _Text] = {}
    for wish in wishes:
        texts.setdefault(wish.text, _Text(wish.text)).wanted.append(wish.renderer)
    every = list(texts.values())
    shares = [every[start::_SHARES] for start in range(min(_SHARES, len(every)))]
    await asyncio.gather(*(loop.run_in_executor(workers, _render_all, share) for share in shares))
    return [texts[wish.text].of(wish.renderer) for wish in wishes]


def _render_all(texts: Sequence[_Text]) -> None:
    for text in texts:
        text.render_all()


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).digest()


def _columns(entries: Iterable[Entry]) -> list[tuple[Any, ...]]:
    return list(zip(*entries, strict=True))
