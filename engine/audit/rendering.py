"""Completes fresh rows with what is dear to make: looked up in the memo, computed where missing, never written."""

from collections.abc import Iterable
from concurrent.futures import Executor
from typing import Any

import asyncpg

from engine.projection.contract import RowFold
from engine.projection.memo import BatchMemo, Wish


async def memo_for(
    connection: "asyncpg.Connection[Any]",
    renderers: Executor,
    rows: Iterable[tuple[RowFold[Any], str, Any]],
) -> BatchMemo:
    """A memo with all that finishing these rows will ask for: (fold, stream of its text, row) each."""
    wishes = [Wish(stream, *wish) for fold, stream, row in rows for wish in fold.wishes(row)]
    memo = BatchMemo({wish.stream for wish in wishes})
    for part in memo.reads():
        memo.take(await connection.fetch(part.sql, *part.sent))
    await memo.complete(wishes, renderers)
    return memo
