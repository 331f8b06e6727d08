"""A worker's work: takes parts of builds that nobody has taken, until none is left."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

import asyncpg
import structlog

from engine.log.codec import UnknownEvent
from engine.projection.contract import ReadModel
from engine.rebuild import parts
from engine.rebuild.build import Build, NotThisCode, load_builds
from engine.rebuild.control import Answer, Control
from engine.rebuild.part_building import PartBuilding, Tools
from engine.rebuild.parts import Part, PartTaken

log = structlog.get_logger()

_PROBLEM = "UPDATE projection.replays SET problem = $2 WHERE id = ANY ($1::bigint[])"


class End(IntEnum):
    """How a worker ends: its exit code."""

    NOTHING_LEFT = 0
    """Nothing that this worker could take: all is done, or in other hands, or no longer wanted."""
    STOPPED = 3
    """It cannot go on, nor could another; the replay's `problem` says why."""


async def work(tools: Tools, replays: Sequence[int], models: Iterable[ReadModel]) -> End:
    """Builds parts of these replays, several of them in one reading of the log where they have got equally far."""
    try:
        return await _work(tools, replays, list(models))
    except (UnknownEvent, NotThisCode) as problem:
        await tools.read.execute(_PROBLEM, list(replays), str(problem))
        log.warning("a build cannot go on", replays=list(replays), problem=str(problem))
        return End.STOPPED


async def _work(tools: Tools, replays: Sequence[int], models: Sequence[ReadModel]) -> End:
    builds = await load_builds(tools.read, replays, models)
    control = Control(tools.read, replays, tools.floor)
    while (part := await _taken(tools.read, builds)) is not None:
        try:
            if await control.after(0) is Answer.END or await _build(tools, part, control) is Answer.END:
                break
        except PartTaken as taken:
            log.warning("a part was moved by somebody else", partition=part.partition, reason=str(taken))
        finally:
            if not tools.read.is_closed():
                await parts.give_back(tools.read, part)
    return End.NOTHING_LEFT


async def _build(tools: Tools, part: Part, control: Control) -> Answer:
    log.info("building", generations=[build.name for build in part.builds], partition=part.partition)
    return await PartBuilding(tools, part.builds).build(part, control)


async def _taken(connection: "asyncpg.Connection[Any]", builds: Sequence[Build]) -> Part | None:
    """A part that nobody else has, as it is now."""
    has_changed = True
    while has_changed:
        has_changed = False
        for part in await parts.open_parts(connection, builds):
            if await parts.take(connection, part):
                if (fresh := await parts.as_it_is(connection, part)) is not None:
                    return fresh
                await parts.give_back(connection, part)
                has_changed = True
    return None
