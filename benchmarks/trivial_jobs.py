"""A jobs process whose only job does nothing, or fails one time in ten: `python -m benchmarks.trivial_jobs`."""

import uvloop
from prometheus_client import CollectorRegistry

from domain.posts.events import PostDrafted
from engine.log.records import Recorded
from jobs.assembly import assembled
from jobs.job import GivenUp, Job
from jobs.tools import Tools
from kit.logging import configure
from kit.settings import Settings


async def nothing(cause: Recorded, _tools: Tools) -> None:
    if cause.position % 10 == 0:
        raise GivenUp("one of ten")


TRIVIAL = Job("trivial", (PostDrafted,), nothing)


async def main() -> None:
    settings = Settings()
    configure("jobs", settings.log_level)
    async with (
        assembled(settings, (TRIVIAL,), (), CollectorRegistry()) as parts,
        parts.broker.working(parts.attempts.attempt),
    ):
        await parts.sweeper.run()


if __name__ == "__main__":
    uvloop.run(main())
