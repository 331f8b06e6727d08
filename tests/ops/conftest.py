"""A command API on a real log, in a process of its own, as an importer meets it."""

import base64
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from command_api import first_admin
from command_api.opening import opened
from kit.settings import Settings
from stack.ports import free_port
from tests.servers import ROOT, Cluster, Database, wait

_ADMIN = "admin"


@dataclass(frozen=True)
class Platform:
    url: str
    environment: dict[str, str]
    handle: str
    password: str


@pytest.fixture
def platform(log_database: Database, tmp_path: Path) -> Iterator[Platform]:
    with serving(log_database, tmp_path / "platform") as found:
        yield found


@pytest.fixture
def other_platform(postgres: Cluster, tmp_path: Path) -> Iterator[Platform]:
    """An empty system besides."""
    database = postgres.copy("log")
    with serving(database, tmp_path / "other") as found:
        yield found
    postgres.drop(database)


@contextmanager
def serving(database: Database, folder: Path) -> Iterator[Platform]:
    port = free_port()
    folder.mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PALIMPSEST_HOME": str(folder),
        "PALIMPSEST_LOG_URL": database.url("command"),
        "PALIMPSEST_SECRET": base64.b64encode(secrets.token_bytes(32)).decode(),
        "PALIMPSEST_HTTP_PORT": str(port),
    }
    password = wait(_first_admin(environment))
    with (folder / "command_api.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "command_api"], env=environment, stderr=log)
        try:
            _await_ready(f"http://127.0.0.1:{port}/readyz", process)
            yield Platform(f"http://127.0.0.1:{port}", environment, _ADMIN, password)
        finally:
            process.terminate()
            process.wait(20)


async def _first_admin(environment: dict[str, str]) -> str:
    settings = Settings(log_url=environment["PALIMPSEST_LOG_URL"], secret=SecretStr(environment["PALIMPSEST_SECRET"]))
    async with opened(settings) as parts:
        password = await first_admin.make(parts, _ADMIN, "admin@example.org")
    assert password
    return password


def _await_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    with httpx.Client() as client:  # making one costs more than asking
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.get(url).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    pytest.fail("command_api did not become ready")
