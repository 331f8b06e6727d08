"""Waiting for facts."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from kit import clock


async def until(is_so: Callable[[], bool], what: str, *, patience_s: float = 40) -> None:
    """Waits until a fact holds, and fails when it never does."""

    async def look() -> bool:
        return is_so()

    await until_found(look, what, patience_s=patience_s)


async def until_found(look: Callable[[], Awaitable[bool]], what: str, *, patience_s: float = 40) -> None:
    deadline = time.monotonic() + patience_s
    while not await look():
        if time.monotonic() > deadline:
            pytest.fail(f"never came true: {what}")
        await asyncio.sleep(0.05)


async def until_no_hour_ends_soon() -> None:
    """For what is counted by the clock's hours."""
    await until(lambda: (clock.now() + timedelta(seconds=20)).hour == clock.now().hour, "the hour is not over")
