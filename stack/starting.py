"""Starts a stack in the order of its needs, and all at once that can be."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from stack.credentials import Credentials
from stack.databases import prepare_database
from stack.oneshot import OneShotFailed, run_once
from stack.problem import StackProblem
from stack.running import Running
from stack.state import State
from stack.topic import prepare_topic


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """Made at the very first start."""

    handle: str
    password: str


class Starting:
    """One start. `first_admin` is set once it was made by this start."""

    def __init__(self, running: Running, credentials: Credentials, *, with_admin: bool) -> None:
        self.first_admin: FirstAdmin | None = None
        self._running = running
        self._credentials = credentials
        self._with_admin = with_admin

    async def run(self) -> None:
        """Returns when all of it is ready.

        Raises:
            StackProblem: a server, a migration, the topic or the first admin does not let us go on.
        """
        try:
            await self._start_all()
        except BaseExceptionGroup as group:
            raise _first(group) from None
        self._running.change(State.READY)

    async def _start_all(self) -> None:
        running = self._running
        for server in running.plan.servers:
            running[server.name].start()
        async with asyncio.TaskGroup() as group:
            log = group.create_task(self._migrate("log", running.plan.addresses.log))
            read = group.create_task(self._migrate("read", running.plan.addresses.read))
            topic = group.create_task(_after(self._provision_topic, log))
            queue = group.create_task(self._await_servers("valkey", "smtp"))
            if self._with_admin:
                group.create_task(_after(self._make_first_admin, log))
            for process in running.plan.processes:
                needs = {
                    log: process.log_role,
                    read: process.read_role,
                    topic: process.has_bus,
                    queue: process.has_mail_and_queue,
                }
                wanted = (task for task, is_needed in needs.items() if is_needed)
                group.create_task(_after(running[process.name].start_and_wait, *wanted))

    async def _await_servers(self, *names: str) -> None:
        """One that is not ours is there already, or whoever needs it says so."""
        for name in names:
            if name in self._running:
                await self._running[name].first_ready()

    async def _migrate(self, which: Literal["log", "read"], url: str) -> None:
        await self._await_servers(f"postgres-{which}")
        await prepare_database(which, url, self._credentials.roles)

    async def _provision_topic(self) -> None:
        at = self._running.plan.addresses
        if not at.kafka:
            return
        try:
            await self._await_servers("kafka")
        except StackProblem as problem:
            raise StackProblem(f"{problem}\n`palimpsest up --bus log` runs without Kafka and Java.") from problem
        await prepare_topic(at.kafka, at.topic, at.log, self._credentials.roles)

    async def _make_first_admin(self) -> None:
        try:
            made = await run_once(("-m", "command_api.first_admin"), self._running.settings_of("command_api"))
        except OneShotFailed as problem:
            raise StackProblem(f"the first admin could not be made: {problem}") from problem
        if made.strip():
            self.first_admin = FirstAdmin(**json.loads(made))


async def _after(action: Callable[[], Awaitable[None]], *needs: Awaitable[None]) -> None:
    await asyncio.gather(*needs)
    await action()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The problem that came first, as others mostly follow from it; the whole group if it is none of a stack's."""
    first: BaseException = group.subgroup(StackProblem) or group
    while first is not group and isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first
