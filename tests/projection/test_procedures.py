import asyncio
from typing import Any

import asyncpg
import pytest

from engine.projection.parts import Part, Statement
from engine.projection.procedures import Procedures
from tests.projection.notebook import Desk

_PUT = Statement("INSERT INTO drawer.one SELECT * FROM unnest($1::drawer.one[])")
_EMPTY = Statement("DELETE FROM drawer.one AS t USING unnest($1::int[]) AS n(a) WHERE t.a = n.a AND t.b = ''")
_FIND = Statement("SELECT t.a, t.b FROM unnest($1::int[]) AS n(a) JOIN drawer.one AS t ON t.a = n.a", "drawer.one")
_COUNT = Statement("INSERT INTO drawer.two SELECT count(*) FROM drawer.one WHERE a > ALL ($1::int[])")


@pytest.fixture
async def procedures(desk: Desk) -> Procedures:
    connection = await desk.store().connection()
    await connection.execute("CREATE SCHEMA drawer CREATE TABLE one (a int, b text) CREATE TABLE two (n bigint)")
    return Procedures(connection)


async def _write_and_fail(procedures: Procedures, part: Part) -> None:
    async with procedures.transaction():
        await procedures.call([_PUT, _FIND], [part])
        await procedures.connection.execute("SELECT 1 / 0")


async def _texts(procedures: Procedures, parts: list[Part], statements: list[Statement]) -> list[str]:
    """What was sent meanwhile."""
    seen: list[str] = []

    def note(query: Any) -> None:
        seen.append(query.query)

    procedures.connection.add_query_logger(note)
    await procedures.call(statements, parts)
    await asyncio.sleep(0)  # the driver tells its loggers a turn later
    procedures.connection.remove_query_logger(note)
    return seen


async def test_parts_are_one_statement_and_see_the_work_of_those_before_them(procedures: Procedures) -> None:
    parts = [
        Part(_COUNT.sql, [[0]]),
        Part(_PUT.sql, [[(1, "x"), (2, ""), (3, "z")]]),
        Part(_EMPTY.sql, [[1, 2]]),
        Part(_FIND.sql, [[1, 2, 3, 4]]),
    ]
    found = await procedures.call([_PUT, _EMPTY, _COUNT, _FIND], parts)
    assert [tuple(row) for row in found[_FIND.sql]] == [(1, "x"), (3, "z")]
    assert await procedures.connection.fetchval("SELECT n FROM drawer.two") == 2


async def test_the_text_is_the_same_whatever_is_sent_and_what_is_sent_nothing_is_not_called(
    procedures: Procedures,
) -> None:
    both = [_PUT, _COUNT]
    await procedures.call(both, [Part(_PUT.sql, [[(1, "x")]]), Part(_COUNT.sql, [[0]])])
    [one] = await _texts(procedures, [Part(_PUT.sql, [[(2, "y")]])], both)
    [other] = await _texts(procedures, [Part(_COUNT.sql, [[1]])], both)
    assert one == other
    assert await procedures.connection.fetch("SELECT n FROM drawer.two ORDER BY n") == [(1,), (1,)]


async def test_what_may_be_large_is_read_alone(procedures: Procedures) -> None:
    await procedures.call([_PUT], [Part(_PUT.sql, [[(1, "x")]])])
    for is_large in (False, True):
        part = Part(_FIND.sql, [[1]], is_large)
        found = await procedures.call([_FIND], [part])
        assert [tuple(row) for row in found[_FIND.sql]] == [(1, "x")]
        assert (await _texts(procedures, [part], [_FIND]) == [_FIND.sql]) is is_large


async def test_a_part_that_no_function_is_called_for_is_an_error(procedures: Procedures) -> None:
    with pytest.raises(LookupError):
        await procedures.call([_PUT], [Part(_PUT.sql, [[(1, "x")]]), Part(_COUNT.sql, [[0]])])


async def test_functions_made_in_a_transaction_that_failed_are_made_again(procedures: Procedures) -> None:
    written = Part(_PUT.sql, [[(1, "x")]])
    with pytest.raises(asyncpg.DivisionByZeroError):
        await _write_and_fail(procedures, written)
    async with procedures.transaction():
        await procedures.call([_PUT, _FIND], [written])
    found = await procedures.call([_PUT, _FIND], [Part(_FIND.sql, [[1]])])
    assert [tuple(row) for row in found[_FIND.sql]] == [(1, "x")]


async def test_calls_that_would_not_stay_prepared_are_sent_apart(procedures: Procedures) -> None:
    many = [Statement(f"{_COUNT.sql} AND b <> '{number}'") for number in range(1_500)]
    sent = [Part(each.sql, [[0]]) for each in many]
    await procedures.call(many, sent)
    texts = await _texts(procedures, sent, many)
    assert len(texts) > 1
    assert max(map(len, texts)) < 15_000
    assert await procedures.connection.fetchval("SELECT count(*) FROM drawer.two") == 2 * len(many)
    assert len(await _texts(procedures, sent[:1], many)) == 1
