"""The process itself, on a port of its own."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from kit.ids import new_id
from kit.settings import Settings
from stack.ports import free_port
from tests.command_api.asking import PASSWORD, opened_api
from tests.servers import ROOT


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]
    settings: Settings

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def environment(settings: Settings, **more: str) -> dict[str, str]:
    ours = {"PALIMPSEST_LOG_URL": settings.log_url, "PALIMPSEST_SECRET": settings.secret.get_secret_value(), **more}
    return {**os.environ, **ours}


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[Server]:
    port = free_port()
    env = environment(settings, PALIMPSEST_HTTP_PORT=str(port), PALIMPSEST_LOG_LEVEL="warning")
    process = started(env)
    try:
        await ready(f"http://127.0.0.1:{port}/readyz")
        yield Server(port, process, settings)
    finally:
        process.terminate()
        assert process.wait(30) == 0


def started(env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "command_api"], cwd=ROOT, env=env)


async def ready(url: str) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient() as http:
        while True:
            try:
                if (await http.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def token(server: Server) -> str:
    body = {"handle": "ines", "address": "ines@example.org", "name": "I", "password": PASSWORD}
    form = {"grant_type": "password", "username": "ines", "password": PASSWORD}
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.post("/accounts", json=body)).status_code == 201
        return str((await http.post("/auth/token", data=form)).json()["access_token"])


def draft() -> bytes:
    data = {"post": str(new_id()), "title": f"T {new_id()}", "body": "B"}
    return json.dumps({"command": "DraftPost", "key": data["post"], "data": data}).encode() + b"\n"


class Connection:
    """A client that writes and reads one chunked NDJSON request as it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._left = b""

    async def write(self, body: bytes) -> None:
        self.writer.write(b"%x\r\n%s\r\n" % (len(body), body))
        await self.writer.drain()

    def finish(self) -> None:
        self.writer.write(b"0\r\n\r\n")

    async def answer(self) -> dict[str, Any] | None:
        while b"\n" not in self._left:
            size = int(await self.reader.readline(), 16)
            chunk = await self.reader.readexactly(size + 2)
            if not size:
                return None
            self._left += chunk[:-2]
        line, _, self._left = self._left.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    async def answers(self) -> int:
        count = 0
        while await self.answer():
            count += 1
        return count


@asynccontextmanager
async def batch(server: Server, receives_bytes: int | None = None) -> AsyncIterator[Connection]:
    bearer = await token(server)
    client = socket.socket()
    if receives_bytes:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives_bytes)
    client.connect(("127.0.0.1", server.port))
    reader, writer = await asyncio.open_connection(sock=client)
    head = ["POST /commands HTTP/1.1", "Host: x", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked"]
    writer.write("\r\n".join([*head, f"Authorization: Bearer {bearer}", "", ""]).encode())
    connection = Connection(reader, writer)
    try:
        yield connection
    finally:
        writer.close()


async def head(connection: Connection) -> bytes:
    return await connection.reader.readuntil(b"\r\n\r\n")


async def test_each_answer_comes_before_the_next_line_is_written(server: Server) -> None:
    async with batch(server) as connection:
        await connection.write(draft())
        assert b" 200 " in await head(connection)
        for _ in range(5):
            answer = await connection.answer()
            assert answer
            assert answer["result"]["version"] == 1
            await connection.write(draft())
        connection.finish()
        assert await connection.answers() == 1


async def test_a_client_that_writes_all_first_is_not_deadlocked_within_the_window(server: Server) -> None:
    async with batch(server) as connection, asyncio.timeout(60):
        for _ in range(40):
            await connection.write(b"".join(draft() for _ in range(100)))
        connection.finish()
        assert b" 200 " in await head(connection)
        assert await connection.answers() == 4000


async def test_the_server_reads_on_only_as_fast_as_answers_are_read(server: Server) -> None:
    # With long lines, long answers and a client that receives little, what lies in the sockets is few lines.
    async with batch(server, receives_bytes=32_768) as connection:
        lines = (b'{"command": "Nothing", "data": {}, "key": "' + b"k" * 4000 + b'"}\n') * 500
        sent, stalled = 0, False
        while sent < 20_000 and not stalled:
            try:
                await asyncio.wait_for(connection.write(lines), 3)
            except TimeoutError:
                stalled = True
            sent += 500
        assert stalled, "the server took 20,000 lines without anybody reading their answers"
        await head(connection)
        reading = asyncio.create_task(connection.answers())
        await connection.writer.drain()
        connection.finish()
        assert await asyncio.wait_for(reading, 60) == sent


async def test_a_stopped_process_finishes_what_it_has_begun(server: Server) -> None:
    async with batch(server) as connection:
        await connection.write(b"".join(draft() for _ in range(200)))
        await head(connection)
        assert await connection.answer()
        server.process.send_signal(signal.SIGTERM)
        connection.finish()
        assert await connection.answers() == 199
    assert await asyncio.to_thread(server.process.wait, 30) == 0
    log = await asyncpg.connect(server.settings.log_url)
    assert await log.fetchval("SELECT count(*) FROM events WHERE type = 'PostDrafted'") == 200
    await log.close()


async def test_health_doors_are_there(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/readyz")).json() == {"not_ready": []}
        await http.post("/posts", json={})
        found = (await http.get("/metrics")).text
        assert 'http_request_seconds_count{method="POST",route="/posts",status="401"} 1.0' in found


async def test_answers_over_a_kilobyte_are_compressed(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = await http.get("/openapi.json")
        assert answer.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["vary"]


async def test_without_the_log_commands_are_told_to_come_back(settings: Settings) -> None:
    gone = settings.model_copy(update={"log_url": f"postgresql://a:b@127.0.0.1:{free_port()}/none"})
    signed_in = {"Authorization": f"Bearer pal_{'a' * 43}"}
    async with opened_api(gone) as api:
        answers = [
            await api.grant("ines"),
            await api.register("ines"),
            await api.http.post("/posts", json={"title": "T"}, headers=signed_in),
            await api.http.post("/auth/forgot", json={"address": "ines@example.org"}),
            await api.http.get("/.well-known/jwks.json"),
            await api.http.get("/head"),
        ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "LogUnavailable"), answer.request.url
        assert answer.headers["retry-after"]


async def test_a_process_without_its_secret_says_so_and_stops(settings: Settings) -> None:
    for secret in ("", "short", "bm90IGxvbmcgZW5vdWdo"):
        env = environment(settings, PALIMPSEST_SECRET=secret)
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "command_api"], cwd=ROOT, env=env, capture_output=True, timeout=30
        )
        assert done.returncode == 2
        assert b"PALIMPSEST_SECRET" in done.stderr


async def test_the_first_admin_and_the_operators_token_are_printed_as_json(settings: Settings) -> None:
    async def run(module: str, *arguments: str) -> bytes:
        command = [sys.executable, "-m", f"command_api.{module}", *arguments]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, env=environment(settings), capture_output=True
        )
        assert done.returncode == 0, done.stderr
        return bytes(done.stdout)

    made = json.loads(await run("first_admin"))
    assert await run("first_admin") == b""
    again = json.loads(await run("first_admin", "--reset"))
    assert made["handle"] == again["handle"] == "admin"
    assert made["password"] != again["password"]
    assert json.loads(await run("operator_token"))["token"].startswith("pal_")
    assert await run("rotate_keys")
