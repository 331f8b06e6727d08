"""Prepares databases and topic on servers that others run: `python -m stack.prepare`, once before the processes start.

Reads PALIMPSEST_LOG_URL and _READ_URL of an administrator, PALIMPSEST_KAFKA, PALIMPSEST_TOPIC, and each role's password
from PALIMPSEST_PASSWORD_OWNER, _COMMAND, _RELAY, _PROJECTOR, _JOBS, _OPERATOR and _QUERY.
"""

import asyncio
import os
import sys

from migrations.roles import ROLES
from stack.databases import prepare_database
from stack.problem import StackProblem
from stack.topic import prepare_topic


async def prepare() -> None:
    log, read, kafka, topic = (os.environ[f"PALIMPSEST_{name}"] for name in ("LOG_URL", "READ_URL", "KAFKA", "TOPIC"))
    passwords = {role: os.environ["PALIMPSEST_PASSWORD_" + role.removeprefix("palimpsest_").upper()] for role in ROLES}
    # One after the other: both may be databases of one server, whose roles are shared.
    await prepare_database("log", log, passwords)
    await prepare_database("read", read, passwords)
    await prepare_topic(kafka, topic, log, passwords)


if __name__ == "__main__":
    try:
        asyncio.run(prepare())
    except KeyError as missing:
        sys.exit(f"the setting {missing} is missing")
    except StackProblem as problem:
        sys.exit(str(problem))
