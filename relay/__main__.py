"""Runs the relay: `python -m relay`."""

import gc
import sys

import structlog
import uvloop

from engine.log.reader import LogReader
from kit.database import open_pool
from kit.health import serve_health
from kit.logging import configure
from kit.metrics import new_registry
from kit.settings import Settings
from kit.shutdown import stop_requested
from relay.contending import Contender
from relay.metrics import RelayMetrics
from relay.topic import Topic, Unfit

_COLLECT_AFTER = 100_000


async def main(settings: Settings) -> None:
    stop = stop_requested()
    # Headers are many small tuples, none in a cycle: looking for cycles after every 700 was half of the work.
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    registry = new_registry()
    async with await open_pool(
        settings.log_url, size=2, application_name=f"palimpsest relay {settings.instance} reading", is_stateless=True
    ) as pool:
        contender = Contender(
            settings.log_url,
            LogReader(pool),
            Topic(settings.kafka, settings.topic),
            RelayMetrics(registry),
            name=settings.instance,
        )
        async with serve_health(settings.http_host, settings.http_port, contender.trouble, registry) as port:
            structlog.get_logger().info("started", health_port=port)
            await contender.run(stop)


if __name__ == "__main__":
    settings = Settings()
    configure("relay", settings.log_level)
    try:
        uvloop.run(main(settings))
    except Unfit as reason:
        structlog.get_logger().critical("stopped: an operator must decide", reason=str(reason))
        sys.exit(1)
