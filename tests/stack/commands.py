"""Runs the stack's commands as a person does, each test in a home of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psutil

from stack.home import Home
from stack.ports import free_ports
from stack.servers.postgres import Postgres
from tests.servers import JARS, ROOT

_PATIENCE_S = 100
_SMALL = "tests.stack.small_stack"


@dataclass
class Stack:
    """One home with its first port."""

    home: Home
    settings: Mapping[str, str]
    port: int = field(default_factory=lambda: free_ports(5))

    def run(
        self, *words: str, module: str = "tests.stack.small_stack", **more: str
    ) -> "subprocess.CompletedProcess[str]":
        environment = {**self.environment, **more}
        return subprocess.run(
            (sys.executable, "-m", module, *words),
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_S,
        )

    def up(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return self.run("up", "--detach", "--no-admin", "--bus", "log", *words, **more)

    @property
    def environment(self) -> dict[str, str]:
        own = {"PALIMPSEST_HOME": str(self.home.path), "PALIMPSEST_PORT": str(self.port)}
        cache = {"PALIMPSEST_CACHE": str(JARS.parent), "PALIMPSEST_READY_S": "60"}
        return {"PATH": os.environ["PATH"], **own, **cache, **self.settings}

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.home.state.read_text())
        return found

    @property
    def pids(self) -> dict[str, int]:
        return {each["name"]: each["pid"] for each in self.state["processes"] if each["pid"]}

    def kill(self) -> None:
        """Ends the supervisor as a crash would."""
        os.kill(self.state["pid"], signal.SIGKILL)


def servers_elsewhere(database: Postgres, name: str) -> dict[str, str]:
    """Settings of a stack that starts no server of its own."""
    return {
        "PALIMPSEST_LOG_URL": database.url(f"{name}_log"),
        "PALIMPSEST_READ_URL": database.url(f"{name}_read"),
        "PALIMPSEST_REDIS_URL": "redis://127.0.0.1:1/0",
        "PALIMPSEST_SMTP_URL": "smtp://127.0.0.1:1",
    }


def await_that(fact: Callable[[], object], patience_s: float = 20) -> None:
    deadline = time.monotonic() + patience_s
    while not fact():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
