"""The stack as it runs: its servers and processes, each supervised, with one record of how they fare."""

import asyncio
import contextlib
import os
import time

from stack.addresses import Addresses, without_password
from stack.credentials import Credentials
from stack.home import Home
from stack.logfile import LogFile
from stack.oneshot import python_program
from stack.plan import Plan
from stack.probe import not_ready
from stack.processes import OPTIONAL, Process, environment
from stack.program import Server
from stack.state import StackState, State, save
from stack.supervised import Child, Supervised

# Doors first, then those who follow the log, then what all of them stand on.
_STOP_ORDER = (("realworld",), ("command_api", "query_api"), ("replayer",), ("relay", "projectors", "jobs"))


class Running:
    """Everything that one `up` supervises."""

    def __init__(self, plan: Plan, home: Home, credentials: Credentials) -> None:
        self.plan = plan
        self._home = home
        self._credentials = credentials
        self.state = StackState(os.getpid(), time.time(), State.STARTING, _shown_urls(plan.addresses))
        children = [*map(_server_child, plan.servers), *map(self._process_child, plan.processes)]
        self._logs = {each.name: LogFile(home.logs, each.name) for each in children}
        self._supervised = {each.name: Supervised(each, self._logs[each.name], self.save) for each in children}
        self.state.processes = [each.state for each in self._supervised.values()]
        self.save()

    def __getitem__(self, name: str) -> Supervised:
        return self._supervised[name]

    def __contains__(self, name: str) -> bool:
        """Whether it is ours: a server given by URL is not."""
        return name in self._supervised

    async def stop(self, patience_s: float) -> None:
        """Stops everything in order; what has not stopped after `patience_s` is killed."""
        deadline = time.monotonic() + patience_s
        processes = tuple(each.name for each in self.plan.processes)
        for names in (*_STOP_ORDER, processes, tuple(self._supervised)):
            await asyncio.gather(*(self._supervised[name].stop(deadline) for name in names if name in self))
        for log in self._logs.values():
            log.close()
        self.change(State.STOPPED)

    def missing(self) -> list[str]:
        return [name for name, each in self._supervised.items() if each.state.state != State.READY]

    def settings_of(self, name: str) -> dict[str, str]:
        """What a process of this stack is told."""
        process = next(each for each in self.plan.processes if each.name == name)
        told = {name: os.environ[name] for name in OPTIONAL if name in os.environ}
        wanted = {setting: value for other in self.plan.processes for of, setting, value in other.wants if of == name}
        return {**wanted, **told, **environment(process, self.plan.addresses, self._credentials)}

    def change(self, state: State) -> None:
        self.state.state = state
        self.save()

    def save(self) -> None:
        # Without room for it `status` is told old news; what runs must go on all the same.
        with contextlib.suppress(OSError):
            save(self._home, self.state)

    def _process_child(self, process: Process) -> Child:
        port = self.plan.addresses.http[process.name]

        async def is_ready() -> bool:
            return not await not_ready(port)

        return Child(
            process.name,
            lambda: python_program(process.arguments, self.settings_of(process.name)),
            is_ready,
            port=port,
        )


def _server_child(server: Server) -> Child:
    async def is_ready() -> bool:
        return await asyncio.to_thread(server.is_ready)

    return Child(server.name, server.program, is_ready, server.prepare, must_start=True)


def _shown_urls(at: Addresses) -> dict[str, str]:
    names = ("command_api", "query_api", "realworld")
    doors = {name: f"http://localhost:{at.http[name]}" for name in names if name in at.http}
    servers = {"log": at.log, "read": at.read, "redis": at.redis, "smtp": at.smtp}
    bus = {"kafka": at.kafka, "topic": at.topic} if at.kafka else {}
    return {**doors, "public": at.public, **{name: without_password(url) for name, url in servers.items()}, **bus}
