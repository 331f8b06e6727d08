"""Runs the query API."""

import asyncio
import gc
import sys

import structlog
import uvloop

from kit import logging, open_files
from kit.http import serving
from kit.settings import Settings
from query_api import app, opening
from query_api.readiness import ReadReadiness


async def main(settings: Settings) -> None:
    async with opening.opened(settings) as parts, asyncio.TaskGroup() as tasks:
        readiness = ReadReadiness(parts.database, app.MODELS)
        watching = tasks.create_task(readiness.watch())
        doors = app.build(parts, readiness)
        gc.freeze()  # what is there now stays: no collection needs to look at it again
        await serving.serve(doors, settings, on_stop=parts.changes.close)
        watching.cancel()


if __name__ == "__main__":
    found = Settings()
    logging.configure("query_api", found.log_level)
    open_files.allow_most()
    try:
        uvloop.run(main(found))
    except opening.SettingMissing as missing:
        structlog.get_logger().error(str(missing))
        sys.exit(2)
