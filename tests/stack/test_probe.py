"""What a process says of itself arrives as it said it."""

import asyncio

from kit.health import serve_health
from kit.metrics import new_registry
from stack.probe import get, not_ready


async def test_the_reasons_of_a_process_that_is_not_ready_are_told() -> None:
    reasons: list[str] = []
    async with serve_health("127.0.0.1", 0, lambda: reasons, new_registry()) as port, asyncio.timeout(30):
        while (await get(port, "/healthz"))[0] != 200:
            await asyncio.sleep(0.01)
        assert await not_ready(port) == []
        reasons += ["the log does not answer", "a" * 5000]
        assert await not_ready(port) == reasons
