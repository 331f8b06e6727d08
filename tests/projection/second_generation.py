"""A generation beside the one that the first projector makes."""

from typing import Any

import asyncpg

from engine.projection.contract import ReadModel
from engine.projection.generations import add_checkpoints, add_generation, create_tables, next_number
from tests.projection.notebook import PARTITIONS, Desk


async def second_generation(desk: Desk, model: ReadModel, state: str = "following", epoch: int = 1) -> int:
    """An empty one that is at the log's beginning."""
    return await add_empty(await desk.store().connection(), model, state, epoch)


async def add_empty(
    connection: "asyncpg.Connection[Any]", model: ReadModel, state: str = "following", epoch: int = 1
) -> int:
    async with connection.transaction():
        number = await next_number(connection, model.name)
        await create_tables(connection, model, number)
        await add_generation(connection, model, number, state)
        await add_checkpoints(connection, model.name, number, epoch, [0] * PARTITIONS)
    return number
