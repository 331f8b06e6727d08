"""A TCP proxy in front of PostgreSQL that can cut a connection once its request has been passed on."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit


class CuttingProxy:
    """`cut_answers`: how many coming append requests are passed on whole, and their connection cut at the answer."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._server: asyncio.Server | None = None
        self.cut_answers = 0
        self.is_open = True
        self.cuts = 0
        self._connections: set[asyncio.StreamWriter] = set()

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        credentials = self._parts.netloc.rpartition("@")[0]
        return urlunsplit(self._parts._replace(netloc=f"{credentials}@127.0.0.1:{port}"))

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        self.cut_all()

    def cut_all(self) -> None:
        for writer in self._connections:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.is_open:
            writer.close()
            return
        server_reader, server_writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        self._connections |= {writer, server_writer}
        with suppress(OSError):
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(self._pump(reader, server_writer))
                pumps.create_task(self._answer(server_reader, writer, server_writer))
        for each in (writer, server_writer):
            each.close()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while chunk := await source.read(65536):
            target.write(chunk)
            await target.drain()
        target.close()

    async def _answer(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, server: asyncio.StreamWriter
    ) -> None:
        while chunk := await source.read(65536):
            if self.cut_answers and b"SELECT 1\x00" in chunk:  # the tag of an append's answer, sent after its commit
                self.cut_answers -= 1
                self.cuts += 1
                break
            target.write(chunk)
            await target.drain()
        target.close()
        server.close()
