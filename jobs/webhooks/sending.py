"""Hands one message to the address of a hook."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from time import monotonic

import httpcore

from domain.webhooks.endpoint import is_plain
from jobs.webhooks import retry_after
from jobs.webhooks.addresses import Allowed
from jobs.webhooks.connecting import AddressNotAllowed, Connecting
from jobs.webhooks.message import Message, signed
from jobs.webhooks.outcome import Outcome
from kit import clock

TIME_LIMIT_S = 15.0
_CONNECT_S = 5.0
_READ_BYTES = 4096
"""A longer answer is cut, and its connection with it."""
_EXCERPT = 300
_TOO_MUCH = {429, 503}
"""The statuses whose Retry-After speaks for all messages."""
_KEPT_OPEN_S = 30
_POOLS = 8
"""A pool of httpcore looks at each of its connections, at each request, for each of them: many small ones cost less."""
_HEADERS = {"content-type": "application/json", "user-agent": "Palimpsest"}
_TIMEOUTS = {"timeout": {"connect": _CONNECT_S, "read": TIME_LIMIT_S, "write": TIME_LIMIT_S, "pool": TIME_LIMIT_S}}


class Sending:
    """Follows no redirect, keeps no cookie, heeds no proxy.

    Args:
        pools: of connections that are kept open between messages, used in turn.
        allows_http: whether messages may be sent in the clear.
    """

    def __init__(self, pools: Iterable[httpcore.AsyncConnectionPool], *, allows_http: bool) -> None:
        self._pools, self._allows_http = cycle(pools), allows_http

    async def send(self, url: str, message: Message, secrets: Iterable[str]) -> Outcome:
        began = monotonic()
        try:
            async with asyncio.timeout(TIME_LIMIT_S):
                status, headers, body = await self._ask(url, message, secrets)
        except (_Refused, AddressNotAllowed, TimeoutError, httpcore.NetworkError, httpcore.TimeoutException) as error:
            return Outcome(None, _since(began), error=_named(error))
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError) as error:
            return Outcome(None, _since(began), error=type(error).__name__)
        outcome = Outcome(status, _since(began))
        if outcome.is_accepted:
            return outcome
        asked = headers.get(b"retry-after", b"") if status in _TOO_MUCH else b""
        wait_s = retry_after.wait_s(asked.decode("latin-1").strip())
        return Outcome(status, _since(began), excerpt=_excerpt(body), wait_s=wait_s)

    async def _ask(self, url: str, message: Message, secrets: Iterable[str]) -> tuple[int, dict[bytes, bytes], bytes]:
        if is_plain(url) and not self._allows_http:
            raise _Refused("messages are not sent in the clear")
        secrets = tuple(secrets)
        if not secrets:
            raise _Refused("there is no secret to sign it with")
        headers = {**_HEADERS, **signed(message, int(clock.now().timestamp()), secrets)}
        sent = next(self._pools).stream(
            "POST", url, headers=list(headers.items()), content=message.body, extensions=_TIMEOUTS
        )
        async with sent as answer:
            body = b""
            async for chunk in answer.aiter_stream():
                body += chunk
                if len(body) > _READ_BYTES:
                    break
            return answer.status, {name.lower(): value for name, value in answer.headers}, body


class _Refused(Exception):  # noqa: N818 - named for the fact
    """We do not send this."""


@asynccontextmanager
async def sending(networks: Iterable[str], *, most: int, allows_http: bool) -> AsyncIterator[Sending]:
    """For as long as the context lasts.

    Args:
        networks: allowed besides those of the public internet.
        most: messages at a time.
        allows_http: whether messages may be sent in the clear.
    """
    connecting, tls = Connecting(Allowed(networks)), ssl.create_default_context()
    async with AsyncExitStack() as stack:
        stack.callback(connecting.close)
        pools = [
            await stack.enter_async_context(
                httpcore.AsyncConnectionPool(
                    ssl_context=tls,
                    max_connections=most,
                    max_keepalive_connections=max(1, most // _POOLS),
                    keepalive_expiry=_KEPT_OPEN_S,
                    network_backend=connecting,
                )
            )
            for _ in range(_POOLS)
        ]
        yield Sending(pools, allows_http=allows_http)


def _since(began: float) -> int:
    return int((monotonic() - began) * 1000)


def _named(error: BaseException) -> str:
    """Names the fault; what a system library says of it may name what is inside the house."""
    if isinstance(error, _Refused | AddressNotAllowed):
        return f"{type(error).__name__.lstrip('_')}: {error}"
    return type(error).__name__


def _excerpt(body: bytes) -> str:
    return body[:_EXCERPT].decode(errors="replace").replace("\x00", "\ufffd")
