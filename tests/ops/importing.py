"""Runs import and export as an operator does, and reads the log behind them."""

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from domain.catalogue import EVENTS, UPCASTERS
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import Recorded
from kit.database import open_pool
from ops.__main__ import main
from tests.ops.conftest import Platform
from tests.servers import in_thread

Done = subprocess.CompletedProcess[str]


def import_(platform: Platform, path: Path, *arguments: str) -> Done:
    environment = {**platform.environment, "PALIMPSEST_PASSWORD": platform.password}
    return _here(environment, "import", "--url", platform.url, "--as", platform.handle, *arguments, str(path))


def export(platform: Platform, path: Path, *arguments: str) -> Done:
    return _here(platform.environment, "export", *arguments, str(path))


def _here(environment: dict[str, str], *arguments: str) -> Done:
    """In a thread of this process, which has imported already what the command would import."""
    out, errors = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(errors):
        for name, value in environment.items():
            patch.setenv(name, value)
        code = in_thread(main, arguments)
    return Done(arguments, code, out.getvalue(), errors.getvalue())


def run(environment: dict[str, str], *arguments: str) -> Done:
    """As a process of its own."""
    command = [sys.executable, "-m", "ops", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=90)


async def history(platform: Platform) -> list[Recorded]:
    """Every event of posts, decoded."""
    pool = await open_pool(platform.environment["PALIMPSEST_LOG_URL"], size=1, application_name="test")
    stored = await LogReader(pool).all(0)
    decoded = await Codec(EVENTS, UPCASTERS).decode_many(stored, KeyRing(pool))
    await pool.close()
    return decoded


async def events_of(platform: Platform, kind: type[Any]) -> list[Any]:
    return [recorded.event for recorded in await history(platform) if isinstance(recorded.event, kind)]


def write_posts(folder: Path, posts: dict[str, str]) -> Path:
    for name, text in posts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
