"""A relay as a process, and the log that it reads."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from stack.ports import free_port
from tests.relay.log_writer import LogWriter
from tests.servers import ROOT, Database


class RelayProcess:
    """`python -m relay`, with its log lines kept."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._port = free_port()
        self._log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "relay"],
                env={**os.environ, **environment, "PALIMPSEST_HTTP_PORT": str(self._port)},
                cwd=ROOT,
                stdout=output,
                stderr=output,
            )

    def lines(self) -> str:
        return self._log.read_text()

    async def until_says(self, words: str) -> None:
        await until(lambda: words in self.lines(), f"a log line with {words!r}")

    async def not_ready(self) -> list[str]:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{self._port}/readyz")
        reasons: list[str] = answer.json()["not_ready"]
        return reasons

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()


async def until(is_so: Callable[[], bool], what: str, *, patience_s: float = 30) -> None:
    """Waits until a fact holds, and fails when it never does."""
    deadline = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"never came true: {what}")
        await asyncio.sleep(0.02)


@pytest.fixture
def log_writer(log_database: Database) -> LogWriter:
    return LogWriter(log_database)


@pytest.fixture
def start_relay(
    log_database: Database, kafka: str, topic: str, tmp_path: Path
) -> Iterator[Callable[..., RelayProcess]]:
    started: list[RelayProcess] = []

    def start(**environment: str) -> RelayProcess:
        settings = {
            "PALIMPSEST_LOG_URL": log_database.url("relay"),
            "PALIMPSEST_KAFKA": kafka,
            "PALIMPSEST_TOPIC": topic,
            **environment,
        }
        relay = RelayProcess(settings, tmp_path / f"relay-{len(started)}.log")
        started.append(relay)
        return relay

    yield start
    for relay in started:
        relay.kill()
