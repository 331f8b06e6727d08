"""What verification found, kept with the replay."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

_KEEP = "UPDATE projection.replays SET differences = $2 WHERE id = $1"
_FIND = "SELECT differences FROM projection.replays WHERE id = $1"


async def keep_differences(
    connection: "asyncpg.Connection[Any]", replay: int, differences: Sequence[Mapping[str, Any]]
) -> None:
    """By table: how many, keys and columns; never values."""
    await connection.execute(_KEEP, replay, json.dumps(differences) if differences else None)


async def kept_differences(connection: "asyncpg.Connection[Any]", replay: int) -> list[dict[str, Any]]:
    found = await connection.fetchval(_FIND, replay)
    return list(json.loads(found)) if found else []
