"""Several statements sent as one: a round trip costs both sides more than a small statement's work."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import asyncpg

_PARAMETER = re.compile(r"\$(\d+)")
_CACHED_CHARACTERS = 14_000
"""The driver prepares longer statements anew each time."""


class Part(NamedTuple):
    """A statement whose parameters are numbered from 1, and what is sent for them."""

    sql: str
    sent: Sequence[Sequence[Any]]
    is_alone: bool = False
    """Its result may be too large to be one value of a row."""


async def read(connection: "asyncpg.Connection[Any]", parts: Sequence[Part]) -> list[Sequence[Any]]:
    """The rows that each part finds, as tuples or records."""
    order = sorted(range(len(parts)), key=lambda number: parts[number].is_alone)
    found: list[Sequence[Any]] = []
    for bundle in bundles([parts[number] for number in order]):
        if len(bundle) == 1:
            found.append(await connection.fetch(bundle[0].sql, *bundle[0].sent))
        else:
            found += await connection.fetchrow(_read_as_one(_texts(bundle)), *_sent(bundle)) or ()
    in_place = dict(zip(order, found, strict=True))
    return [in_place[number] for number in range(len(parts))]


async def write(connection: "asyncpg.Connection[Any]", parts: Sequence[Part]) -> None:
    """Executes the parts, which see nothing of one another: no two of them may touch the same row."""
    for bundle in bundles(parts):
        await connection.execute(_written_as_one(_texts(bundle)), *_sent(bundle))


def bundles(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """Runs of parts, each short enough to stay prepared."""
    bundle: list[Part] = []
    characters = 0
    for part in parts:
        if bundle and (part.is_alone or bundle[-1].is_alone or characters + len(part.sql) > _CACHED_CHARACTERS):
            yield bundle
            bundle, characters = [], 0
        bundle.append(part)
        characters += len(part.sql)
    if bundle:
        yield bundle


def _texts(bundle: Sequence[Part]) -> tuple[tuple[str, int], ...]:
    return tuple((part.sql, len(part.sent)) for part in bundle)


def _sent(bundle: Sequence[Part]) -> Iterator[Sequence[Any]]:
    return chain.from_iterable(part.sent for part in bundle)


@lru_cache(maxsize=500)
def _read_as_one(texts: tuple[tuple[str, int], ...]) -> str:
    """One row with an array of rows for each part."""
    return "SELECT " + ", ".join(f"ARRAY(SELECT ROW(s.*) FROM ({sql}) AS s)" for sql in _numbered_on(texts))  # noqa: S608 - the parts' own texts


@lru_cache(maxsize=500)
def _written_as_one(texts: tuple[tuple[str, int], ...]) -> str:
    *others, last = _numbered_on(texts)
    if not others:
        return last
    return "WITH " + ", ".join(f"p{number} AS ({sql})" for number, sql in enumerate(others)) + f" {last}"


def _numbered_on(texts: Sequence[tuple[str, int]]) -> Iterator[str]:
    """The parts' texts, their parameters numbered one part after another."""
    before = 0
    for sql, count in texts:
        yield _PARAMETER.sub(lambda found, before=before: f"${int(found[1]) + before}", sql)  # type: ignore[misc]
        before += count
