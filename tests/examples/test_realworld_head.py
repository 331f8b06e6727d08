"""What the processes of the adapter have in common is the head of the log alone, asked for before each read."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from examples.realworld.doors import Caller, Doors, session


@dataclass
class Platform:
    """Both APIs in one: a head that says how much is stored, and a door that tells what it was asked with."""

    stored: int = 1
    heads: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    answering: asyncio.Event = field(default_factory=asyncio.Event)

    async def head(self, _: web.Request) -> web.Response:
        self.heads += 1
        token = f"1:0.{self.stored}"
        self.arrived.set()
        await self.answering.wait()
        return web.json_response({"token": token})

    async def like(self, _: web.Request) -> web.Response:
        self.stored += 1
        return web.json_response({"version": 1, "token": f"1:0.{self.stored}"})

    async def post(self, request: web.Request) -> web.Response:
        return web.json_response({name: request.headers.get(name) for name in ("Consistency-Token", "Prefer")})


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
async def doors(platform: Platform) -> AsyncIterator[Doors]:
    app = web.Application()
    app.add_routes([web.get("/head", platform.head), web.get("/posts/x", platform.post)])
    app.add_routes([web.put("/posts/x/like", platform.like)])
    async with TestServer(app) as server, session(str(server.make_url("/"))) as both:
        yield Doors(both, both)


async def test_who_asks_while_an_answer_is_under_way_shares_the_next(platform: Platform, doors: Doors) -> None:
    first = asyncio.create_task(doors.head())
    await platform.arrived.wait()
    platform.stored = 2  # by another process, whose client now asks this one
    later = [asyncio.create_task(doors.head()) for _ in range(10)]
    await asyncio.sleep(0)
    platform.answering.set()
    assert await first == "1:0.1"
    assert {await each for each in later} == {"1:0.2"}
    assert platform.heads == 2


async def test_every_read_is_strict_about_what_was_stored_before_it(platform: Platform, doors: Doors) -> None:
    platform.answering.set()
    for stored in (1, 2):
        platform.stored = stored
        asked = await Caller(doors, "").read("/posts/x")
        assert asked == {"Consistency-Token": f"1:0.{stored}", "Prefer": "wait=10, handling=strict"}


async def test_what_a_request_reads_after_it_wrote_shows_what_it_wrote(platform: Platform, doors: Doors) -> None:
    platform.answering.set()
    caller = Caller(doors, "")
    await caller.read("/posts/x")
    await caller.write("PUT", "/posts/x/like")
    assert (await caller.read("/posts/x"))["Consistency-Token"] == "1:0.1,0.2"
    assert platform.heads == 1
