"""Runs the jobs: `python -m jobs`."""

import asyncio
import sys

import structlog
import uvloop

from engine.following.kafka_feed import TopicDiffers
from engine.following.watchdog import Stuck
from jobs.assembly import assembled
from jobs.registry import JOBS
from jobs.timetable import TIMETABLE
from kit.health import serve_health
from kit.logging import configure
from kit.metrics import new_registry
from kit.settings import Settings
from kit.shutdown import stop_requested


async def main(settings: Settings) -> None:
    stop, registry = stop_requested(), new_registry()
    async with (
        assembled(settings, JOBS, TIMETABLE, registry) as parts,
        serve_health(settings.http_host, settings.http_port, parts.readiness, registry) as port,
        parts.broker.working(parts.attempts.attempt),
        parts.webhooks.courier.working(),
    ):
        structlog.get_logger().info("started", health_port=port)
        loops = (parts.sweeper, parts.clock, parts.timekeeper, parts.webhooks.upkeep)
        beside = [asyncio.create_task(each.run()) for each in loops]
        try:
            await parts.follower.run(stop)
        finally:
            for task in beside:
                task.cancel()


if __name__ == "__main__":
    settings = Settings()
    configure("jobs", settings.log_level)
    try:
        uvloop.run(main(settings))
    except (Stuck, TopicDiffers) as reason:
        structlog.get_logger().critical("stopped", reason=str(reason))
        sys.exit(1)
