"""Runs replays: `python -m replayer`. It and its workers give way to everybody else on the machine."""

import asyncio
import os

import structlog
import uvloop

from kit.garbage import collect_rarely
from kit.health import serve_health
from kit.logging import configure
from kit.metrics import new_registry
from kit.settings import Settings
from kit.shutdown import stop_requested
from read_models.registry import MODELS
from replayer.assembly import assembled

_NICE = 10


async def main(settings: Settings) -> None:
    stop, registry = stop_requested(), new_registry()
    async with (
        assembled(settings, MODELS, registry) as driver,
        serve_health(settings.http_host, settings.http_port, driver.trouble, registry) as port,
    ):
        structlog.get_logger().info("started", health_port=port)
        await driver.run(stop)


if __name__ == "__main__":
    settings = Settings()
    configure("replayer", settings.log_level)
    os.nice(_NICE)
    collect_rarely()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(settings))
