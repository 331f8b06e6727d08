"""Asks for replays: all that were named, or none."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from engine.projection.contract import ReadModel
from engine.replays.requests import Wish, accept, request
from kit.database import connect
from ops.acting import operator, recorded
from ops.databases import OperatorUrls

_SIZE = """
    SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
      FROM projection.generations AS g
      JOIN pg_namespace AS n ON n.nspname = g.model || '_g' || g.number
      JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind = 'r'
     WHERE g.state = 'serving' AND g.model = ANY ($1::text[])
"""
_MB = 1_000_000


async def estimate(urls: OperatorUrls, models: Sequence[ReadModel]) -> str:
    """What it will take beside what is there: a new generation is about as large as the one that is read."""
    connection = await connect(urls.read, application_name="palimpsest replay")
    try:
        size = await connection.fetchval(_SIZE, [model.name for model in models])
    finally:
        await connection.close()
    return f"about {max(size / _MB, 1):,.0f} MB more on the read database's disk until the older generations are pruned"


async def ask(urls: OperatorUrls, models: Sequence[ReadModel], wish: Wish, why: str | None) -> list[int]:
    """Gives the replays' numbers; what was refused and is accepted now goes on where it was.

    Raises:
        AlreadyAtWork: one of them has a replay that has not ended; nothing was asked for.
    """
    details = {"workers": wish.workers, "rate": wish.rate, "until": wish.until, "accepts": wish.accepts}
    target = " ".join(model.name for model in models)
    async with recorded(urls.log, "replay", target, why=why, details=details) as action:
        connection = await connect(urls.read, application_name="palimpsest replay")
        try:
            async with connection.transaction():
                numbers = [await _ask_one(connection, model, wish, why) for model in models]
        finally:
            await connection.close()
        action.details["replays"] = numbers
    return numbers


async def _ask_one(connection: "asyncpg.Connection[Any]", model: ReadModel, wish: Wish, why: str | None) -> int:
    if wish.accepts:
        refused = await accept(connection, model, why)
        if refused is not None:
            return refused
    return await request(connection, model, wish, by=operator(), why=why)
