"""Which generations a process keeps up to date."""

from collections.abc import Sequence
from typing import Any, Protocol

import asyncpg
import structlog

from engine.following.contract import Head
from engine.projection.contract import ReadModel
from engine.projection.generations import difference, followed_generations, serving_generation
from engine.projection.projection import Projection

log = structlog.get_logger()


class Roster(Protocol):
    """Says anew at each load what is to be followed."""

    async def read(self, connection: "asyncpg.Connection[Any]", head: Head) -> list[Projection]: ...

    def unbuilt(self) -> list[str]:
        """Read models of which there is no generation to follow, and why."""


class OnlyThese:
    """Generations that nobody else follows yet."""

    def __init__(self, generations: Sequence[tuple[ReadModel, int]]) -> None:
        self._projections = [Projection(*each) for each in generations]

    async def read(self, _connection: "asyncpg.Connection[Any]", _head: Head) -> list[Projection]:
        return self._projections

    def unbuilt(self) -> list[str]:
        return []


class CodeVersions:
    """Every generation that is read, or may be at any time, where this code is the one that it was built by."""

    def __init__(self, models: Sequence[ReadModel]) -> None:
        self.models = models
        self._known: dict[tuple[str, int], Projection | None] = {}
        self._unbuilt: dict[str, str] = {}

    def unbuilt(self) -> list[str]:
        return [f"{name}: {reason}: a new generation must be built" for name, reason in self._unbuilt.items()]

    async def read(self, connection: "asyncpg.Connection[Any]", head: Head) -> list[Projection]:
        served = {model.name: (await serving_generation(connection, model, head)).version for model in self.models}
        wanted = await self._wanted(connection)
        for model, number in wanted:
            if (model.name, number) not in self._known:
                self._known[model.name, number] = await self._opened(connection, model, number)
        names = {(model.name, number) for model, number in wanted}
        self._known = {name: known for name, known in self._known.items() if name in names}
        followed = [known for known in self._known.values() if known is not None]
        self._explain(served, {each.model.name for each in followed})
        return followed

    async def has_changed(self, connection: "asyncpg.Connection[Any]") -> bool:
        """Whether `read` would give other generations than the last time."""
        return {(model.name, number) for model, number in await self._wanted(connection)} != self._known.keys()

    async def _wanted(self, connection: "asyncpg.Connection[Any]") -> list[tuple[ReadModel, int]]:
        by_name = {model.name: model for model in self.models}
        found = await followed_generations(connection, self.models)
        return [(by_name[name], each.number) for name, each in found if each.version == by_name[name].version]

    async def _opened(self, connection: "asyncpg.Connection[Any]", model: ReadModel, number: int) -> Projection | None:
        changed = await difference(connection, model, number)
        if not changed:
            return Projection(model, number)
        reason = f"the table {changed} has changed and the version is still {model.version}"
        self._say(model, reason)
        return None

    def _explain(self, served: dict[str, int], followed: set[str]) -> None:
        for model in self.models:
            if model.name in followed:
                self._unbuilt.pop(model.name, None)
            elif served[model.name] != model.version:
                self._say(model, f"version {served[model.name]} is served and this code is version {model.version}")

    def _say(self, model: ReadModel, reason: str) -> None:
        if self._unbuilt.get(model.name) != reason:
            log.error("read model not followed", model=model.name, reason=reason)
        self._unbuilt[model.name] = reason
