"""Waiting for facts."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest


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
