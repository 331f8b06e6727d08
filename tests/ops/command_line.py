"""Runs commands of the operator's as a person does, beside a test's own event loop."""

import asyncio
from collections.abc import Callable, Sequence


async def in_process(main: Callable[[Sequence[str]], int], words: Sequence[str]) -> int:
    """In a thread, as a command runs an event loop of its own."""
    return await asyncio.to_thread(main, words)
