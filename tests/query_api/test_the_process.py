"""The process as it is started: answers, and stops when told to."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from stack.ports import free_port
from tests.query_api.listeners import Ear, Heard, published
from tests.query_api.press import Press
from tests.servers import ROOT

_DEADLINE_S = 30


@contextmanager
def started(environment: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "query_api"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=output, stdout=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_it_answers_and_stops_on_sigterm(press: Press, tmp_path: Path) -> None:
    ana = await press.author()
    post = await press.published(ana, "From a process")
    await press.project()
    port = free_port()
    environment = {
        "PALIMPSEST_READ_URL": press.read.url("query"),
        "PALIMPSEST_COMMAND_URL": press.command_url,
        "PALIMPSEST_HTTP_PORT": str(port),
    }
    with started(environment, tmp_path / "log") as process:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            await _until_ready(http)
            assert (await http.get(f"/posts/{post}")).json()["title"] == "From a process"
            assert (await http.get("/accounts/me", headers=ana.bearer)).json()["handle"] == ana.handle
        process.send_signal(signal.SIGTERM)
        assert process.wait(_DEADLINE_S) == 0
    assert press.read.passwords["palimpsest_query"] not in (tmp_path / "log").read_text()


async def test_a_restart_ends_streams_and_loses_nothing_of_them(press: Press, tmp_path: Path) -> None:
    ana, last, heard = await press.author(), "", list[Heard]()
    posts = [await press.published(ana, f"Over restarts {number}") for number in range(3)]
    environment = {
        "PALIMPSEST_READ_URL": press.read.url("query"),
        "PALIMPSEST_COMMAND_URL": press.command_url,
        "PALIMPSEST_HTTP_PORT": str(free_port()),
    }
    url = f"http://127.0.0.1:{environment['PALIMPSEST_HTTP_PORT']}"
    await press.project()
    for number in range(2):
        with started(environment, tmp_path / f"log-{number}") as process:
            async with httpx.AsyncClient(base_url=url) as http:
                await _until_ready(http)
            async with Ear(url, last) as ear:
                posts.append(await press.published(ana, f"Heard {number}"))
                await press.project()
                await ear.until(published(posts[-1]))
                process.send_signal(signal.SIGTERM)
                assert await asyncio.to_thread(process.wait, _DEADLINE_S) == 0
                await ear.until_over()
                heard, last = heard + ear.heard, ear.last
            assert not ear.is_broken
            posts.append(await press.published(ana, f"Between {number}"))
            await press.project()
    assert sorted(each.post for each in heard) == sorted(posts[3:6])


async def test_without_its_database_setting_it_says_so_and_ends(tmp_path: Path) -> None:
    with started({"PALIMPSEST_READ_URL": ""}, tmp_path / "log") as process:
        assert process.wait(_DEADLINE_S) == 2
    assert "PALIMPSEST_READ_URL is not set" in (tmp_path / "log").read_text()


async def _until_ready(http: httpx.AsyncClient) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while time.monotonic() < deadline:
        try:
            if (await http.get("/readyz")).status_code == 200:
                return
        except httpx.ConnectError:
            continue
    raise AssertionError("it was not ready in time")
