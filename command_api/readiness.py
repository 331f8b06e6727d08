"""Whether commands can be taken now: asks the log every other second, so that /readyz answers at once."""

import asyncio

import asyncpg

from kit.database import DATABASE_FAULTS


class LogReadiness:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool, self._missing = pool, ["the log has not answered yet"]

    def __call__(self) -> list[str]:
        return self._missing

    async def watch(self, *, every_s: float = 2) -> None:
        while True:
            await self.look()
            await asyncio.sleep(every_s)

    async def look(self) -> None:
        try:
            async with asyncio.timeout(2):
                await self._pool.fetchval("SELECT epoch FROM log_state")
        except DATABASE_FAULTS as error:
            self._missing = [f"the log does not answer: {type(error).__name__}"]
        else:
            self._missing = []
