"""Drops generations of read models that nobody has read for two weeks: until then `rollback` would put one back."""

import structlog

from jobs.job import Job, Tick
from jobs.tools import Tools

_logger = structlog.get_logger()


async def perform(_tick: Tick, tools: Tools) -> None:
    for name in await tools.chores.drop_old_generations():
        _logger.info("a generation was dropped", generation=name)


JOB = Job("drop_old_generations", (), perform, time_limit_s=3600, at_once=1, queue="heavy")
