"""A generation while it is built: its replay, its model, and the tables that it writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from engine.projection.contract import ReadModel
from engine.projection.projection import Projection

_REPLAYS = """
    SELECT id, model, version, generation, epoch, targets FROM projection.replays
     WHERE id = ANY ($1::bigint[]) AND generation IS NOT NULL ORDER BY id
"""


class NotThisCode(Exception):  # noqa: N818 - named for the fact
    """The replay is of a read model, or a version of one, that this code does not have."""


@dataclass(frozen=True, slots=True)
class Build:
    """One replay's generation."""

    replay: int
    epoch: int
    targets: Sequence[int]
    projection: Projection

    @property
    def name(self) -> str:
        return self.projection.name


async def load_builds(
    connection: "asyncpg.Connection[Any]", replays: Sequence[int], models: Iterable[ReadModel]
) -> list[Build]:
    """The replays that were begun.

    Raises:
        NotThisCode: one is of a model or a version that is not among `models`.
    """
    known = {(model.name, model.version): model for model in models}
    builds: list[Build] = []
    for row in await connection.fetch(_REPLAYS, list(replays)):
        model = known.get((row["model"], row["version"]))
        if model is None:
            raise NotThisCode(f"this code has no {row['model']} of version {row['version']}")
        builds.append(Build(row["id"], row["epoch"], tuple(row["targets"]), Projection(model, row["generation"])))
    return builds
