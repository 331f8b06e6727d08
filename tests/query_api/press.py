"""A writing side, a projector that is run by hand, and the query API: real processes' parts on real databases."""

import asyncio
import base64
import secrets
import socket
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from tempfile import TemporaryDirectory
from typing import Any, Self

import asyncpg
import httpx
from prometheus_client import CollectorRegistry

from command_api import app as commands
from command_api.opening import opened as opened_commands
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from kit.database import open_pool
from kit.http import serving
from kit.settings import Settings
from projectors.assembly import assembled
from query_api import app as queries
from query_api.opening import opened as opened_queries
from query_api.parts import Parts
from read_models.registry import MODELS
from tests.command_api.asking import Api, Member
from tests.command_api.conftest import ROOMY
from tests.servers import Cluster, Database


class Press:
    """What is written is read once `project` was called, not before."""

    def __init__(self, log: Database, read: Database) -> None:
        self.log, self.read = log, read
        self._stack = AsyncExitStack()
        self._position = 0

    async def __aenter__(self) -> Self:
        secret = base64.b64encode(secrets.token_bytes(32)).decode()
        self.home = self._stack.enter_context(TemporaryDirectory())
        own = {"log_url": self.log.url("command"), "secret": secret, "home": self.home}
        settings = Settings.model_validate(own)
        parts = await self._stack.enter_async_context(opened_commands(settings, limits=ROOMY))
        app = commands.build(parts, list)
        self.api = await self._stack.enter_async_context(Api(app, parts))
        self.command_url = await self._stack.enter_async_context(_listening(app, settings))
        await self._open_projector()
        reading = asked(self.read, self.command_url, home=self.home)
        self.parts, self.http = await self._stack.enter_async_context(reading)
        self.admin = await self.api.admin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open_projector(self) -> None:
        settings = {"log_url": self.log.url("projector"), "read_url": self.read.url("projector"), "bus": "log"}
        parts = assembled(Settings.model_validate(settings), MODELS, CollectorRegistry())
        self.projector = (await self._stack.enter_async_context(parts)).projector
        pool = await open_pool(settings["log_url"], size=2, application_name="projecting")
        self._stack.push_async_callback(pool.close)
        self.reader = LogReader(pool)
        await self.projector.load(await self.reader.head())

    async def project(self) -> None:
        """Brings every read model up to the log's head."""
        while events := await self.reader.all(self._position, limit=1000):
            batches: dict[int, list[StoredEvent]] = defaultdict(list)
            for event in events:
                batches[event.partition].append(event)
            await self.projector.apply(batches)
            self._position = events[-1].position

    async def project_anew(self) -> None:
        """The same from the log's beginning, for generations that were added."""
        await self.projector.load(await self.reader.head())
        self._position = 0
        await self.project()

    async def begin_anew(self) -> None:
        """As processes that find an empty read database do."""
        await self._open_projector()
        self._position = 0
        await self.project()

    async def get(self, path: str, by: Member | None = None, **how: Any) -> httpx.Response:
        headers = (by.bearer if by else {}) | how.pop("headers", {})
        return await self.http.get(path, headers=headers, **how)

    async def published(self, by: Member, title: str = "On the sea", **fields: Any) -> str:
        """The id of a new public post."""
        return await by.draft(title, publish=True, **fields)

    async def author(self, handle: str | None = None) -> Member:
        return await self.api.member(handle)

    async def editor(self) -> Member:
        """An editor, known to the read models as well."""
        member = await self.api.member()
        granted = await self.admin.ask("PUT", f"/accounts/{member.handle}/roles/editor")
        assert granted.status_code == 200, granted.text
        await self.project()
        return member

    async def change_read_database(self, sql: str, *values: Any) -> str:
        """Something that only an accident would do."""
        connection = await asyncpg.connect(self.read.url("projector"))
        try:
            return await connection.execute(sql, *values)
        finally:
            await connection.close()


@asynccontextmanager
async def asked(read: Database, command_url: str, **own: Any) -> AsyncIterator[tuple[Parts, httpx.AsyncClient]]:
    """A query API of its own."""
    settings = Settings.model_validate({"read_url": read.url("query"), "command_url": command_url, **own})
    async with opened_queries(settings) as parts:
        transport = httpx.ASGITransport(queries.build(parts, list), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://queries") as http:
            yield parts, http


@asynccontextmanager
async def opened_press(postgres: Cluster) -> AsyncIterator[Press]:
    """On databases of its own, which go with it."""
    log, read = postgres.copy("log"), postgres.copy("read")
    async with Press(log, read) as opened:
        yield opened
    postgres.drop(log)
    postgres.drop(read)


@asynccontextmanager
async def _listening(app: Any, settings: Settings) -> AsyncIterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = serving.server(app, settings)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
