"""The log's PostgreSQL of a stack that does not run, for work that nobody else may see."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from migrations.roles import OWNER, provision
from stack import credentials as credentials_of
from stack.addresses import as_role
from stack.home import Home
from stack.leftovers import end_leftovers
from stack.locking import Lock, holder
from stack.logfile import LogFile
from stack.plan import plan
from stack.problem import StackProblem
from stack.servers.postgres import Postgres
from stack.settings import StackSettings
from stack.supervised import Child, Supervised


class LogAlone:
    """It serves while the context lasts, and the stack's lock is held, so that `up` waits."""

    def __init__(self, home: Home, url: str) -> None:
        self._home = home
        self.owner_url = url
        """Of a database with all roles, and perhaps without tables."""

    def keep_secret(self, secret: str) -> None:
        """Makes the platform's secret the one that the log was written with."""
        credentials_of.keep(self._home, replace(credentials_of.load_or_make(self._home), secret=secret))


@asynccontextmanager
async def log_alone(settings: StackSettings) -> AsyncIterator[LogAlone]:
    """Starts it, made first if there was none, and stops it.

    Raises:
        StackProblem: the stack runs, or PostgreSQL does not start.
    """
    home = Home(settings.home.resolve())
    home.open(settings.min_free_mb)
    lock = Lock(home.lock)
    if not lock.take():
        raise StackProblem(f"the stack runs (process {holder(home.lock)}): stop it first, `palimpsest down`")
    end_leftovers(home)
    known = credentials_of.load_or_make(home)
    planned = plan(settings, home, known, processes=())
    if planned.log is None:
        raise StackProblem("PALIMPSEST_LOG_URL names a server that is not ours to start")
    log = LogFile(home.logs, planned.log.name)
    server = Supervised(_child(planned.log), log, lambda: None)
    try:
        await server.start_and_wait()
        await provision(planned.addresses.log, "log", known.roles)
        yield LogAlone(home, as_role(planned.addresses.log, OWNER, known.roles))
    finally:
        await server.stop(time.monotonic() + settings.stop_s)
        log.close()
        lock.release()


def _child(server: Postgres) -> Child:
    async def is_ready() -> bool:
        return await asyncio.to_thread(server.is_ready)

    return Child(server.name, server.program, is_ready, server.prepare, must_start=True)
