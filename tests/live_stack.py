"""A whole stack for tests, started and ended as a user does it, with what faults need: pids and admin URLs."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from stack.ports import free_ports
from tests.quick_folder import quick_folder
from tests.servers import JARS, ROOT

DEADLINE_S = 60.0


def eventually(is_so: Callable[[], bool], what: str, deadline_s: float = DEADLINE_S) -> None:
    """Waits for a fact, and fails by its name."""
    until = time.monotonic() + deadline_s
    while not is_so():
        if time.monotonic() > until:
            raise AssertionError(f"not within {deadline_s:g} s: {what}")
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class LiveStack:
    """A running stack. Names are those of stack.json: processes, `postgres-log`, `postgres-read`, `kafka`, `valkey`."""

    home: Path
    first_port: int

    @property
    def environment(self) -> dict[str, str]:
        settings = {
            "PALIMPSEST_HOME": str(self.home),
            "PALIMPSEST_PORT": str(self.first_port),
            "PALIMPSEST_READY_S": "120",
            "PALIMPSEST_WEBHOOK_HTTP": "true",
            "PALIMPSEST_WEBHOOK_NETWORKS": '["127.0.0.0/8"]',
        }
        return {**os.environ, "PYTHONPATH": str(ROOT), **settings}

    @property
    def command_url(self) -> str:
        return f"http://127.0.0.1:{self.first_port + 1}"

    @property
    def query_url(self) -> str:
        return f"http://127.0.0.1:{self.first_port + 2}"

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "stack.json").read_text())
        return found

    def process(self, name: str) -> dict[str, Any]:
        return next(each for each in self.state()["processes"] if each["name"] == name)

    def credentials(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "secrets" / "credentials.json").read_text())
        return found

    def url(self, which: str, role: str = "postgres") -> str:
        known = self.credentials()
        password = known["postgres"] if role == "postgres" else known["roles"][role]
        place = self.state()["urls"][which].removeprefix("postgresql://").rpartition("@")[2]
        return f"postgresql://{role}:{quote(password, safe='')}@{place}"

    def signal(self, name: str, number: signal.Signals) -> int:
        """Signals a process; gives the pid that it had."""
        pid = int(self.process(name)["pid"])
        os.kill(pid, number)
        return pid

    def kill(self, name: str) -> None:
        """kill -9, then waits until its successor is ready."""
        old = self.signal(name, signal.SIGKILL)
        self.wait_ready(name, other_than=old)

    def wait_ready(self, name: str, other_than: int = 0) -> None:
        def is_back() -> bool:
            now = self.process(name)
            return bool(now["state"] == "ready" and now["pid"] != other_than)

        try:
            eventually(is_back, f"{name} is ready again")
        except AssertionError as late:
            raise AssertionError(f"{late}: {self.process(name)}\n{self.last_lines(name)}") from None

    def last_lines(self, name: str) -> str:
        """The end of a process's log."""
        return "\n".join((self.home / "logs" / f"{name}.jsonl").read_text().splitlines()[-25:])

    def unready(self) -> str:
        """The ends of the logs of processes that are not ready."""
        late = [each["name"] for each in self.state()["processes"] if each["state"] != "ready"]
        return "\n\n".join(f"{name}:\n{self.last_lines(name)}" for name in late)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs a tool of the project against this stack."""
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=180,
        )

    def operator_token(self) -> str:
        own = {
            "PALIMPSEST_LOG_URL": self.url("log", "palimpsest_command"),
            "PALIMPSEST_SECRET": self.credentials()["secret"],
        }
        ran = subprocess.run(
            [sys.executable, "-m", "command_api.operator_token"],
            cwd=ROOT,
            env={**self.environment, **own},
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return str(json.loads(ran.stdout)["token"])


@contextmanager
def live_stack(folder: Path, *options: str) -> Iterator[LiveStack]:
    """Starts a stack with fetched jars shared between runs; ends it whatever happens, its logs are kept in `folder`."""
    with quick_folder(folder) as quick:
        stack = LiveStack(quick / f"home-{secrets.token_hex(3)}", free_ports(5))
        jars = stack.home / "cache" / "jars"
        jars.parent.mkdir(parents=True)
        JARS.mkdir(parents=True, exist_ok=True)
        jars.symlink_to(JARS)
        started = stack.command("stack", "up", "--detach", *options)
        try:
            assert started.returncode == 0, f"up failed:\n{started.stdout}\n{started.stderr}\n{stack.unready()}"
            yield stack
        finally:
            stack.command("stack", "down")
