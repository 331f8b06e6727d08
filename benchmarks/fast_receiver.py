"""A receiver of webhooks that accepts at once and notes when what came: `python -m benchmarks.fast_receiver`.

Prints its port; then, for a line on standard input, what has come since: JSON lists of seconds, keys and kinds.
"""

import asyncio
import json
import sys
import time

_ACCEPTED = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"


class Receiver:
    def __init__(self) -> None:
        self.came: list[tuple[float, str, str]] = []

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
                said = json.loads(await reader.readexactly(length))
                self.came.append((time.time(), said["data"].get("post", ""), said["type"]))
                writer.write(_ACCEPTED)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main() -> None:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        came, receiver.came = receiver.came, []
        print(json.dumps(came), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
