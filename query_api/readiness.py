"""Whether reads can be answered now: asks the read database every other second, so that /readyz answers at once."""

import asyncio

from kit.http.problems import Problem
from query_api.database import Database

_EVERY_S = 2.0
_SERVING = "SELECT model FROM projection.generations WHERE state = 'serving'"


class ReadReadiness:
    def __init__(self, database: Database, models: frozenset[str]) -> None:
        self._database, self._models = database, models
        self._missing = ["the read database has not answered yet"]

    def __call__(self) -> list[str]:
        return self._missing

    async def watch(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(_EVERY_S)

    async def look(self) -> None:
        try:
            rows = await self._database.rows(_SERVING)
        except Problem as problem:
            self._missing = [problem.detail]
        else:
            built = {row["model"] for row in rows}
            self._missing = [f"the read model {model} is not built yet" for model in sorted(self._models - built)]
