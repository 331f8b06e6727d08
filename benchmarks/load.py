"""A closed-loop HTTP load client: N keep-alive connections, each sends its next request when the answer is there."""

import asyncio
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

import uvloop
from httptools import HttpResponseParser

Request = bytes
"""One whole HTTP/1.1 request, head and body."""


@dataclass(slots=True)
class LoadReport:
    """What a load run saw. Latencies in seconds, one an answer."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    refusals: dict[int, str] = field(default_factory=dict)
    """How the first answer of each status from 400 on began."""
    client_cpu_s: float = 0.0

    def add(self, other: "LoadReport") -> None:
        """Takes in what another run saw."""
        self.seconds += other.seconds
        self.client_cpu_s += other.client_cpu_s
        self.latencies += other.latencies
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request in flight."""

    def __init__(self, requests: Iterator[Request], report: LoadReport, until: float) -> None:
        self._requests, self._report, self._until = requests, report, until
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._parser = HttpResponseParser(self)
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's does not inherit from it
        self._send_next()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def on_body(self, part: bytes) -> None:
        status = self._parser.get_status_code()
        if status >= HTTPStatus.BAD_REQUEST:
            self._report.refusals.setdefault(status, part[:300].decode(errors="replace"))

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self._report.latencies.append(now - self._sent_at)
        status = self._parser.get_status_code()
        self._report.statuses[status] = self._report.statuses.get(status, 0) + 1
        self._parser = HttpResponseParser(self)
        if now < self._until:
            self._send_next()
        else:
            self._finish()

    def _send_next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._finish()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def _finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)
        self._transport.close()


async def _drive(port: int, requests: Iterator[Request], clients: int, seconds: float) -> LoadReport:
    report = LoadReport()
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    cpu = _cpu_s()
    made = [
        await loop.create_connection(lambda: Connection(requests, report, started + seconds), "127.0.0.1", port)
        for _ in range(clients)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    report.seconds = time.perf_counter() - started
    report.client_cpu_s = _cpu_s() - cpu
    return report


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def drive(port: int, requests: Iterator[Request], *, clients: int, seconds: float) -> LoadReport:
    """Loads 127.0.0.1:port until the time or the requests are used up; the last answers are waited for."""
    return uvloop.run(_drive(port, requests, clients, seconds))


def request(method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None) -> Request:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def repeat(make: Callable[[], Request]) -> Iterator[Request]:
    while True:
        yield make()
