"""Asks a process's health doors."""

import asyncio
import json

from stack.ports import LOOPBACK

_PATIENCE_S = 2.0


async def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of a GET on the loopback; status 0 when nobody answered."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nConnection: close\r\n\r\n".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                length = _content_length(head)
                body = await (reader.readexactly(length) if length is not None else reader.read())
                if b"transfer-encoding: chunked" in head.lower():
                    body = _joined(body)
            finally:
                writer.close()
        return int(head.split(b" ", 2)[1]), body
    except (OSError, ValueError, IndexError, TimeoutError, asyncio.IncompleteReadError):
        return 0, b""


async def not_ready(port: int) -> list[str]:
    """What /readyz says is missing; empty when ready."""
    status, body = await get(port, "/readyz")
    if status == 200:  # noqa: PLR2004 - HTTP's OK
        return []
    try:
        missing = json.loads(body)["not_ready"]
        return [str(each) for each in missing] or [f"/readyz answered {status}"]
    except (ValueError, KeyError, TypeError):
        return [f"/readyz answered {status}" if status else "does not answer"]


def _content_length(head: bytes) -> int | None:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return None


def _joined(body: bytes) -> bytes:
    """What came in chunks, each with its size before it."""
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        whole, body = whole + rest[:length], rest[length + 2 :]
    return whole
