"""Runs the read models: `python -m projectors`."""

import asyncio
import sys

import structlog
import uvloop

from engine.following.kafka_feed import TopicDiffers
from engine.following.watchdog import Stuck
from kit.garbage import collect_rarely
from kit.health import serve_health
from kit.logging import configure
from kit.metrics import new_registry
from kit.settings import Settings
from kit.shutdown import stop_requested
from projectors.assembly import assembled
from projectors.last_resort import exit_soon
from read_models.registry import MODELS


async def main(settings: Settings) -> None:
    stop, registry = stop_requested(), new_registry()
    async with (
        assembled(settings, MODELS, registry) as parts,
        serve_health(settings.http_host, settings.http_port, parts.readiness, registry) as port,
    ):
        structlog.get_logger().info("started", health_port=port, models=[model.name for model in MODELS])
        calling = asyncio.create_task(parts.roll_call.run())
        try:
            await parts.follower.run(stop)
        finally:
            calling.cancel()
            exit_soon()


if __name__ == "__main__":
    settings = Settings()
    configure("projectors", settings.log_level)
    collect_rarely()
    try:
        uvloop.run(main(settings))
    except (Stuck, TopicDiffers) as reason:
        structlog.get_logger().critical("stopped", reason=str(reason))
        sys.exit(1)
