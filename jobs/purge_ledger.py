"""Forgets jobs that ended 90 days ago."""

import structlog

from jobs.job import Job, Tick
from jobs.tools import Tools

_logger = structlog.get_logger()


async def perform(_tick: Tick, tools: Tools) -> None:
    _logger.info("the ledger was purged", rows=await tools.upkeep.purge())


JOB = Job("purge_ledger", (), perform, time_limit_s=3600, at_once=1)
