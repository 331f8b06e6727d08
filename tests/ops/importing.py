"""Runs import and export as an operator does, and reads the log behind them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from domain.catalogue import EVENTS, UPCASTERS
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import Recorded
from kit.database import open_pool
from tests.ops.conftest import Platform

Done = subprocess.CompletedProcess[str]


def import_(platform: Platform, path: Path, *arguments: str) -> Done:
    environment = {**platform.environment, "PALIMPSEST_PASSWORD": platform.password}
    return run(environment, "import", "--url", platform.url, "--as", platform.handle, *arguments, str(path))


def export(platform: Platform, path: Path, *arguments: str) -> Done:
    return run(platform.environment, "export", *arguments, str(path))


def run(environment: dict[str, str], *arguments: str) -> Done:
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
