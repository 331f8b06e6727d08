"""Asks for replays: all that were named, or none."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import asyncpg

from engine.log.reader import LogReader
from engine.projection.contract import ReadModel
from engine.rebuild.estimate import estimate, floor_of
from engine.replays.requests import Wish, accept, request
from kit.database import connect, open_pool
from kit.settings import Settings
from ops.acting import operator, recorded
from ops.confirming import confirmed
from ops.databases import OperatorUrls

_MB = 1_000_000


async def is_wanted(urls: OperatorUrls, models: Sequence[ReadModel], options: argparse.Namespace) -> bool:
    """Asks, unless --yes was said; what it will take of the disk is told all the same."""
    question = f"build {', '.join(model.name for model in models)} anew ({await _cost(urls, models)})"
    if options.yes:
        print(question, file=sys.stderr)
    return confirmed(options, question)


async def _cost(urls: OperatorUrls, models: Sequence[ReadModel]) -> str:
    async with await open_pool(urls.log, size=1, application_name="palimpsest replay") as pool:
        events = sum((await LogReader(pool).head()).sequences)
    connection = await connect(urls.read, application_name="palimpsest replay")
    try:
        sizes = [(await estimate(connection, model.name, events)).size_bytes or 0 for model in models]
    finally:
        await connection.close()
    words = f"about {max(sum(sizes) / _MB, 1):,.0f} MB more on the read database's disk until `palimpsest prune`"
    floor = floor_of(urls.read, Settings().home)
    if floor is None:
        return words
    return f"{words}; of {floor.free_bytes() / _MB:,.0f} MB free {floor.least_bytes / _MB:,.0f} are left alone"


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
