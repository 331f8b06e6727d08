"""Reads and writes a batch through functions of the session, all called by one statement whose text stays the same."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import asyncpg

from engine.projection.parts import Part, Statement

_PARAMETER_TYPE = re.compile(r"\$\d+::(.+?\[\])")
_CACHED_CHARACTERS = 14_000
"""The driver prepares longer statements anew each time."""
_REMEMBERED = 100


class _Calls(NamedTuple):
    """A statement that calls functions, and whose calls these are: (text, how many parameters) each."""

    text: str
    called: Sequence[tuple[str, int]]

    def parameters(self, sent: Mapping[str, Sequence[Any]]) -> Iterator[Any]:
        for sql, count in self.called:
            yield from sent.get(sql) or (None,) * count


class Procedures:
    """The functions that this process has made in one session, each of which keeps the plan of its one statement.

    They are strict: one that is sent NULL is not called. Each sees the work of those before it, as PostgreSQL goes
    through what it selects from left to right.
    """

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self.connection = connection
        self._names: dict[str, str] = {}
        self._made: set[str] = set()
        self._calls: dict[tuple[Statement, ...], list[_Calls]] = {}

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Functions that were made in a transaction are gone where it fails."""
        made = set(self._made)
        try:
            async with self.connection.transaction():
                yield
        except BaseException:
            self._made = made
            raise

    async def call(self, statements: Sequence[Statement], parts: Sequence[Part]) -> Mapping[str, Any]:
        """Executes the parts, each of which has one of the statements, in the order of these: what each found."""
        sent = {part.sql: part.sent for part in parts if not part.is_large}
        found: dict[str, Any] = {}
        if sent:
            await self._make([each for each in statements if each.sql not in self._made])
            for calls in self._calling(tuple(statements)):
                if any(sql in sent for sql, _ in calls.called):
                    [row] = await self.connection.fetch(calls.text, *calls.parameters(sent))
                    found.update(zip((sql for sql, _ in calls.called), row, strict=True))
        for part in parts:
            if part.is_large:
                found[part.sql] = await self.connection.fetch(part.sql, *part.sent)
        if any(part.sql not in found for part in parts):
            raise LookupError("a part has none of the statements")
        return found

    async def define(self, function: str) -> None:
        """Makes a function that is more than one statement, unless it is there."""
        if function not in self._made:
            await self.connection.execute(function)
            self._made.add(function)

    async def _make(self, statements: Sequence[Statement]) -> None:
        if not statements:
            return
        for each in statements:
            self._names.setdefault(each.sql, f"pg_temp.b{len(self._names)}")
        await self.connection.execute("".join(_definition(self._names[each.sql], each) for each in statements))
        self._made.update(each.sql for each in statements)

    def _calling(self, statements: tuple[Statement, ...]) -> list[_Calls]:
        known = self._calls.get(statements)
        if known is None:
            if len(self._calls) >= _REMEMBERED:
                self._calls.clear()
            known = self._calls[statements] = [self._composed(each) for each in self._bundles(statements)]
        return known

    def _bundles(self, statements: Iterable[Statement]) -> Iterator[list[tuple[str, int]]]:
        """Runs of (text, how many parameters) whose calls are short enough to stay prepared."""
        bundle: list[tuple[str, int]] = []
        length = 0
        for each in statements:
            count = len(_PARAMETER_TYPE.findall(each.sql))
            more = len(self._names[each.sql]) + 4 + 7 * count
            if bundle and length + more > _CACHED_CHARACTERS:
                yield bundle
                bundle, length = [], 0
            bundle.append((each.sql, count))
            length += more
        yield bundle

    def _composed(self, called: Sequence[tuple[str, int]]) -> _Calls:
        calls: list[str] = []
        before = 0
        for sql, count in called:
            calls.append(f"{self._names[sql]}({', '.join(f'${before + n}' for n in range(1, count + 1))})")
            before += count
        return _Calls("SELECT " + ", ".join(calls), called)


def _definition(name: str, statement: Statement) -> str:
    sql, rows_of = statement
    types = ", ".join(_PARAMETER_TYPE.findall(sql))
    returned, body = "void", sql
    if rows_of:
        returned = f"{rows_of}[]"
        body = f"RETURN ARRAY(SELECT ROW(s.*)::{rows_of} FROM ({sql}) AS s)"  # noqa: S608 - the statement's own text
    head = f"CREATE OR REPLACE FUNCTION {name}({types}) RETURNS {returned} STRICT LANGUAGE plpgsql"
    return f"{head} AS $_$ BEGIN {body}; END $_$;"
