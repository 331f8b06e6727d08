"""A stack of its own for benchmarks, started as a user starts one, with shipped settings."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent
PORT = 8600


@dataclass(frozen=True, slots=True)
class BenchStack:
    """A running stack and what benchmarks need of it."""

    home: Path
    up_s: float
    """How long `up --detach` took, environment included."""

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PALIMPSEST_HOME": str(self.home), "PALIMPSEST_PORT": str(PORT)}

    @property
    def command_port(self) -> int:
        return PORT + 1

    @property
    def query_port(self) -> int:
        return PORT + 2

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "stack.json").read_text())
        return found

    def credentials(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "secrets" / "credentials.json").read_text())
        return found

    def pid(self, name: str) -> int:
        return next(int(each["pid"]) for each in self.state()["processes"] if each["name"] == name)

    def port(self, name: str) -> int:
        return next(int(each["port"]) for each in self.state()["processes"] if each["name"] == name)

    def url(self, which: str, database: str = "", role: str = "postgres") -> str:
        """The URL of the log or read database, or another on its server, for the superuser or a role of ours."""
        known = self.credentials()
        password = known["postgres"] if role == "postgres" else known["roles"][role]
        place = self.state()["urls"][which].rpartition("@")[2].removeprefix("postgresql://")
        host, _, name = place.partition("/")
        return f"postgresql://{role}:{quote(password, safe='')}@{host}/{database or name}"

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a command of the wrapper."""
        command = [str(ROOT / "palimpsest"), *words]
        ran = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        if check and ran.returncode:
            raise RuntimeError(f"{words} ended with {ran.returncode}: {ran.stderr[-2000:]}")
        return ran

    def access_token(self) -> str:
        """A JWT of the admin's, as any client gets one: good for fifteen minutes."""
        secret = {
            "PALIMPSEST_LOG_URL": self.url("log", role="palimpsest_command"),
            "PALIMPSEST_SECRET": self.credentials()["secret"],
        }
        ran = subprocess.run(
            [sys.executable, "-m", "command_api.first_admin", "--reset"],
            env={**self.environment, **secret},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        admin = json.loads(ran.stdout)
        form = {"grant_type": "password", "username": admin["handle"], "password": admin["password"]}
        answer = httpx.post(f"http://127.0.0.1:{self.command_port}/auth/token", data=form).raise_for_status()
        return str(answer.json()["access_token"])

    @contextmanager
    def paused(self, *names: str) -> Iterator[None]:
        """Stops these processes and their children where they are, and lets them go on afterwards."""
        stopped = [member for name in names for member in family(self.pid(name))]
        for process in stopped:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in stopped:
                process.send_signal(signal.SIGCONT)


def family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


@contextmanager
def bench_stack() -> Iterator[BenchStack]:
    """Brings a stack up in a folder of its own, and down afterwards."""
    with tempfile.TemporaryDirectory(prefix="palimpsest-bench-") as folder:
        Path(folder).chmod(0o755)  # the unprivileged account of PostgreSQL passes through
        home = Path(folder) / "home"
        environment = {
            **os.environ,
            "PALIMPSEST_HOME": str(home),
            "PALIMPSEST_PORT": str(PORT),
            # The receiver of webhooks is on this machine.
            "PALIMPSEST_WEBHOOK_HTTP": "true",
            "PALIMPSEST_WEBHOOK_NETWORKS": '["127.0.0.0/8"]',
        }
        wrapper, started = str(ROOT / "palimpsest"), time.perf_counter()
        try:
            subprocess.run([wrapper, "up", "--detach"], env=environment, check=True, capture_output=True)
            yield BenchStack(home, time.perf_counter() - started)
        finally:
            subprocess.run([wrapper, "down"], env=environment, check=False, capture_output=True)
