"""The stack as it runs: starts everything in the order of its needs, all that can at once, and stops it in order."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import asyncpg

from migrations.roles import NotAPlainName, provision
from stack.addresses import as_role, without_password
from stack.credentials import Credentials
from stack.home import Home
from stack.logfile import LogFile
from stack.oneshot import OneShotFailed, python_program, run_once
from stack.plan import Plan
from stack.probe import not_ready
from stack.problem import StackProblem
from stack.processes import OPTIONAL, Process, environment
from stack.program import Server
from stack.state import StackState, State, save
from stack.supervised import Child, Supervised

# Doors first, then those who follow the log, then what all of them stand on.
_STOP_ORDER = (("command_api", "query_api"), ("relay", "projectors", "jobs"))


class Running:
    """Everything that one `up` supervises."""

    def __init__(self, plan: Plan, home: Home, credentials: Credentials) -> None:
        self._plan = plan
        self._home = home
        self._credentials = credentials
        self._servers = {server.name: self._supervise(_as_child(server)) for server in plan.servers}
        self._processes = {each.name: self._supervise(self._process_child(each)) for each in plan.processes}
        self.state = StackState(os.getpid(), time.time(), State.STARTING, _shown_urls(plan))
        self.state.processes = [each.state for each in self._everything()]
        self._save()

    async def start(self) -> None:
        """Returns when all of it is ready, and raises the first problem that keeps it from being.

        Raises:
            StackProblem: a server, a migration or the topic does not let us go on.
        """
        for server in self._servers.values():
            server.start()
        async with asyncio.TaskGroup() as group:
            log = group.create_task(self._migrated("log"))
            read = group.create_task(self._migrated("read"))
            topic = group.create_task(self._after(self._provision_topic, log))
            others = [group.create_task(self._serving(name)) for name in ("valkey", "smtp")]
            for process in self._plan.processes:
                needs = [log] if process.log_role else []
                needs += [read] if process.read_role else []
                needs += [topic] if process.has_bus else []
                needs += others if process.has_mail_and_queue else []
                group.create_task(self._after(self._processes[process.name].start_and_wait, *needs))
        self.state.state = State.READY
        self._save()

    async def stop(self, patience_s: float) -> None:
        """Stops everything in order; what has not stopped after `patience_s` is killed."""
        deadline = time.monotonic() + patience_s
        for names in (*_STOP_ORDER, tuple(self._processes), tuple(self._servers)):
            children = [each for each in self._everything() if each.child.name in names]
            await asyncio.gather(*(each.stop(deadline) for each in children))
        self.state.state = State.STOPPED
        self._save()

    def missing(self) -> list[str]:
        return [each.child.name for each in self._everything() if each.state.state != State.READY]

    def settings_of(self, name: str) -> dict[str, str]:
        """What a process of this stack is told, for a program that runs in its place for once."""
        process = next(each for each in self._plan.processes if each.name == name)
        told = {name: os.environ[name] for name in OPTIONAL if name in os.environ}
        return {**told, **environment(process, self._plan.addresses, self._credentials)}

    async def _serving(self, *names: str) -> None:
        """A server that is not ours is there, or whoever needs it says so."""
        for name in names:
            if name in self._servers:
                await self._servers[name].first_ready()

    async def _migrated(self, which: Literal["log", "read"]) -> None:
        await self._serving(f"postgres-{which}")
        url = self._plan.addresses.log if which == "log" else self._plan.addresses.read
        try:
            await provision(url, which, self._credentials.roles)
            owner = as_role(url, "palimpsest_owner", self._credentials)
            await run_once(("-m", "migrations.runner"), {f"PALIMPSEST_{which.upper()}_URL": owner})
        except (OSError, asyncpg.PostgresError, OneShotFailed, NotAPlainName, TimeoutError) as problem:
            raise StackProblem(f"the {which} database at {without_password(url)}: {problem}") from problem

    async def _provision_topic(self) -> None:
        if not self._plan.addresses.kafka:
            return
        try:
            await self._serving("kafka")
            await run_once(("-m", "relay.provision"), self.settings_of("relay"))
        except (StackProblem, OneShotFailed) as problem:
            raise StackProblem(f"Kafka: {problem}\n`palimpsest up --bus log` runs without Kafka and Java.") from problem

    async def _after(self, action: Callable[[], Awaitable[None]], *needs: Awaitable[None]) -> None:
        await asyncio.gather(*needs)
        await action()

    def _process_child(self, process: Process) -> Child:
        port = self._plan.addresses.http[process.name]

        async def is_ready() -> bool:
            return not await not_ready(port)

        return Child(
            process.name,
            lambda: python_program(process.arguments, self.settings_of(process.name)),
            is_ready,
            port=port,
        )

    def _supervise(self, child: Child) -> Supervised:
        return Supervised(child, LogFile(self._home.logs, child.name), self._save)

    def _everything(self) -> list[Supervised]:
        return [*self._servers.values(), *self._processes.values()]

    def _save(self) -> None:
        if hasattr(self, "state"):
            save(self._home, self.state)


def _as_child(server: Server) -> Child:
    async def is_ready() -> bool:
        return await asyncio.to_thread(server.is_ready)

    return Child(server.name, server.program, is_ready, server.prepare, must_start=True)


def _shown_urls(plan: Plan) -> dict[str, str]:
    at = plan.addresses
    doors = {name: f"http://localhost:{at.http[name]}" for name in ("command_api", "query_api") if name in at.http}
    servers = {"log": at.log, "read": at.read, "redis": at.redis, "smtp": at.smtp}
    bus = {"kafka": at.kafka, "topic": at.topic} if at.kafka else {}
    public = {"public": at.public}
    return {**doors, **public, **{name: without_password(url) for name, url in servers.items()}, **bus}
