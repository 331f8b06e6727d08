"""Connects to addresses that messages may be sent to, and to no other, whatever a name says when it is asked again."""

import asyncio
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore

from jobs.webhooks.addresses import Allowed

_LOOKING_UP = 8


class AddressNotAllowed(Exception):  # noqa: N818 - named for the fact
    """All that the name leads to is closed to messages."""


class Connecting(httpcore.AnyIOBackend):
    """Resolves a name once and connects to what was looked at: TLS goes on checking the name.

    Args:
        allowed: which addresses may be connected to.
    """

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        # Of its own: a name server that is slow to answer must not hold up whoever else looks up names.
        self._threads = ThreadPoolExecutor(_LOOKING_UP, thread_name_prefix="names")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises AddressNotAllowed; httpcore.ConnectError, httpcore.ConnectTimeout."""
        failed: Exception | None = None
        for address in await self._look_up(host, port, timeout):
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or AddressNotAllowed("it leads to no address of the public internet")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _look_up(self, host: str, port: int, timeout_s: float | None) -> list[str]:
        """The addresses that are allowed, in the order in which they should be tried."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout_s):
                found = await loop.run_in_executor(self._threads, _addresses, host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout("the name was not looked up in time") from None
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("the name leads nowhere") from None
        return [address for address in found if address in self._allowed]


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))
