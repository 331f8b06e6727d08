"""Holds the threads that hash passwords, so that requests meet before any of them goes on."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from command_api.auth.passwords import Passwords


@asynccontextmanager
async def hashing_held(passwords: Passwords, contenders: int) -> AsyncIterator[None]:
    """No password is hashed before the end, which waits until so many want one hashed."""
    end = threading.Event()
    for _ in range(passwords._threads._max_workers):
        passwords._threads.submit(end.wait)
    try:
        yield
        async with asyncio.timeout(30):
            while passwords._asked < contenders:
                await asyncio.sleep(0.01)
    finally:
        end.set()
