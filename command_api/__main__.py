"""Runs the command API."""

import asyncio
import gc
import sys

import structlog
import uvloop

from command_api import app, opening
from command_api.readiness import LogReadiness
from kit import logging
from kit.http import serving
from kit.settings import Settings


async def main(settings: Settings) -> None:
    async with opening.opened(settings) as parts, asyncio.TaskGroup() as tasks:
        readiness = LogReadiness(parts.pool)
        watching = tasks.create_task(readiness.watch())
        doors = app.build(parts, readiness)
        gc.freeze()  # what is there now stays: no collection needs to look at it again
        await serving.serve(doors, settings)
        watching.cancel()


if __name__ == "__main__":
    found = Settings()
    logging.configure("command_api", found.log_level)
    try:
        uvloop.run(main(found))
    except opening.SettingMissing as missing:
        structlog.get_logger().error(str(missing))
        sys.exit(2)
