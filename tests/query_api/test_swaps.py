"""Readers that never retry, while generations change places under them."""

import asyncio
import itertools
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from engine.replays.swapping import serving_number, swap_soon
from read_models.registry import MODELS
from tests.command_api.asking import Member
from tests.projection.second_generation import add_empty
from tests.query_api.press import Press

ROUNDS, READERS, POSTS = 10, 4, 5
PATIENCE_S = 30


@dataclass(slots=True)
class Readers:
    """Each answer must be there, whole, and never older than the one before."""

    press: Press
    posts: list[str]
    author: Member
    errors: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    is_over: bool = False
    _seen: Counter[str] = field(default_factory=Counter)

    async def read(self, first: int) -> None:
        doors = (self._page, self._listed, self._of_author)
        for number in itertools.count(first):
            if self.is_over:
                return
            started = time.monotonic()
            await doors[number % len(doors)](self.posts[number % len(self.posts)])
            self.longest_s = max(self.longest_s, time.monotonic() - started)

    async def _page(self, post: str) -> None:
        before = self._seen[post]
        page = await self._get(f"/posts/{post}")
        if page and page["version"] < before:
            self.errors.append(f"{post} went back from {before} to {page['version']}")
        if page:
            self._seen[post] = max(self._seen[post], page["version"])

    async def _listed(self, _post: str) -> None:
        found = await self._get("/posts?tag=kept&limit=50")
        if found and len(found["items"]) < len(self.posts):
            self.errors.append(f"only {len(found['items'])} of {len(self.posts)} listed")

    async def _of_author(self, _post: str) -> None:
        found = await self._get(f"/authors/{self.author.handle}")
        if found and found["posts"] < len(self.posts):
            self.errors.append(f"{found['posts']} posts of the author")

    async def _get(self, path: str) -> dict[str, Any] | None:
        answer = await self.press.get(path)
        self.answers[str(answer.status_code)] += 1
        if answer.status_code == 200:
            found: dict[str, Any] = answer.json()
            return found
        self.errors.append(f"{path}: {answer.status_code} {answer.text[:200]}")
        return None


async def two_generations(press: Press, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """A second one of every read model, filled by the live projector; one with a column of another type."""
    for model in MODELS:
        await add_empty(connection, model)
    await connection.execute("ALTER TABLE post_pages_g2.post_pages ALTER COLUMN title TYPE varchar")
    await press.projector.load(await press.reader.head())
    press._position = 0
    await press.project()


async def write(press: Press, author: Member, posts: list[str], readers: Readers) -> None:
    for turn in itertools.count():
        if readers.is_over:
            return
        answer = await author.ask("PATCH", f"/posts/{posts[turn % len(posts)]}", json={"title": f"Turn {turn}"})
        assert answer.status_code == 200, answer.text
        await press.project()


async def swap_all(connection: "asyncpg.Connection[asyncpg.Record]", rounds: int) -> None:
    """Back and forth."""
    for _ in range(rounds):
        for model in MODELS:
            old = await serving_number(connection, model.name)
            await swap_soon(connection, model.name, old, 2 if old == 1 else 1, patience_s=PATIENCE_S)


@pytest.mark.timeout(180)
async def test_swaps_and_rollbacks_under_live_writes_are_not_seen_by_readers(own_press: Press) -> None:
    author = await own_press.author()
    posts = [await own_press.published(author, f"Post {number}", tags=["kept"]) for number in range(POSTS)]
    await own_press.project()
    connection = await asyncpg.connect(own_press.read.url("projector"))
    await two_generations(own_press, connection)
    readers = Readers(own_press, posts, author)
    async with asyncio.TaskGroup() as tasks:
        for number in range(READERS):
            tasks.create_task(readers.read(number))
        tasks.create_task(write(own_press, author, posts, readers))
        await swap_all(connection, ROUNDS)
        readers.is_over = True
    await connection.close()
    assert not readers.errors, readers.errors[:3]
    assert set(readers.answers) == {"200"}
    assert readers.answers["200"] > ROUNDS
