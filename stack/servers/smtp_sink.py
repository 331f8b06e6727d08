"""The mail sink's process: `python -m stack.servers.smtp_sink HOST PORT FOLDER`."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

_LARGEST_MAIL_BYTES = 10 * 1024 * 1024


class Sink:
    """aiosmtpd's handler: writes each mail whole under a temporary name, then renames it, so readers see no half."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self._count += 1
        name = f"{time.time_ns():020d}-{os.getpid()}-{self._count}.eml"
        header = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        content = envelope.content or b""
        body = content if isinstance(content, bytes) else content.encode()
        unfinished = self._folder / f".{name}"
        unfinished.write_bytes(header.encode() + body)
        unfinished.rename(self._folder / name)
        return "250 kept"


async def serve(host: str, port: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    sink = Sink(folder)

    def session() -> SMTP:
        return SMTP(sink, data_size_limit=_LARGEST_MAIL_BYTES, enable_SMTPUTF8=True, ident="palimpsest", loop=loop)

    stopped = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopped.set)
    server = await loop.create_server(session, host, port)
    async with server:
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
