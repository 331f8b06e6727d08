"""No message goes where only the house should go, whatever a name says; and it goes to nobody else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from jobs.webhooks.addresses import Allowed
from jobs.webhooks.message import Message
from jobs.webhooks.outcome import Outcome
from jobs.webhooks.sending import Sending, sending
from tests.webhooks.certificates import server_context
from tests.webhooks.receiver import Answer, Receiver, receiving

MESSAGE = Message("msg_1", "post.published", UUID(int=1), 1, b"{}")
SECRETS = ["whsec_c2VjcmV0"]
LOOPBACK = ["127.0.0.0/8"]

CLOSED = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - an address that must not be reached
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2001:db8::1",
    "3fff::1",
    "::ffff:0:127.0.0.1",
    "5f00::1",
    "1::1",
    "4000::1",
    "no address",
    "",
]


@asynccontextmanager
async def sender(*networks: str, allows_http: bool = True) -> AsyncIterator[Sending]:
    async with sending(networks, most=4, allows_http=allows_http) as made:
        yield made


async def sent(url: str, *networks: str, **how: Any) -> Outcome:
    async with sender(*networks, **how) as made:
        return await made.send(url, MESSAGE, SECRETS)


def leading_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Names lead to these addresses: at the first question to the first, and so on."""
    left = list(answers)

    def looked_up(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_not_of_the_public_internet_is_closed(address: str) -> None:
    assert address not in Allowed()


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "1.1.1.1", "2a00:1450::1"]
)
def test_the_public_internet_is_open(address: str) -> None:
    assert address in Allowed()


def test_an_operator_opens_networks_and_no_more() -> None:
    allowed = Allowed(["10.1.0.0/16", "fd00:1::/32"])
    assert "10.1.2.3" in allowed
    assert "::ffff:10.1.2.3" in allowed
    assert "fd00:1::1" in allowed
    assert "10.2.0.1" not in allowed
    assert "fd00:2::1" not in allowed
    with pytest.raises(ValueError, match="host bits"):
        Allowed(["10.1.0.1/16"])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0",
        "[::ffff:127.0.0.1]",
        "LOCALHOST",
        "0177.0.0.1",
    ],
)
async def test_no_spelling_leads_into_the_house(receiver: Receiver, host: str) -> None:
    outcome = await sent(f"http://{host}:{receiver.port}/")
    assert outcome.error is not None
    assert receiver.connections == 0
    assert receiver.received == []


async def test_a_name_that_leads_into_the_house_is_not_followed(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    leading_to(monkeypatch, ["127.0.0.1"])
    outcome = await sent(f"http://hooks.example:{receiver.port}/")
    assert outcome.error == "AddressNotAllowed: it leads to no address of the public internet"
    assert receiver.connections == 0


async def test_a_name_is_asked_once_and_only_what_was_looked_at_is_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "127.0.0.2"
    leading_to(monkeypatch, [other, "127.0.0.1"], ["127.0.0.1"])
    outcome = await sent(f"http://hooks.example:{receiver.port}/", "127.0.0.2/32")
    assert outcome.error == "ConnectError"
    assert receiver.connections == 0


async def test_no_redirect_is_followed(receiver: Receiver) -> None:
    async with receiving() as inner:
        receiver.answers = lambda _: Answer(302, headers=(f"Location: {inner.url}",))
        outcome = await sent(receiver.url, *LOOPBACK)
        assert (outcome.status, outcome.is_accepted) == (302, False)
        assert inner.connections == 0


async def test_no_proxy_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert (await sent(receiver.url, *LOOPBACK)).is_accepted
        assert proxy.connections == 0


async def test_nothing_is_sent_in_the_clear_unless_that_is_allowed(receiver: Receiver) -> None:
    outcome = await sent(receiver.url, *LOOPBACK, allows_http=False)
    assert outcome.error == "Refused: messages are not sent in the clear"
    assert receiver.connections == 0


async def test_tls_looks_at_the_name_and_not_at_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls, authority = server_context(tmp_path, "hooks.example")
    async with receiving(tls) as receiver:
        leading_to(monkeypatch, ["127.0.0.1"], ["127.0.0.1"], ["127.0.0.1"])
        unknown = await sent(f"https://hooks.example:{receiver.port}/", *LOOPBACK)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        good = await sent(f"https://hooks.example:{receiver.port}/", *LOOPBACK, allows_http=False)
        other = await sent(f"https://other.example:{receiver.port}/", *LOOPBACK)
    assert (unknown.error, good.status, other.error) == ("ConnectError", 204, "ConnectError")
    assert len(receiver.received) == 1


async def test_what_is_said_of_a_fault_names_nothing_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    leading_to(monkeypatch, ["10.9.8.7"])
    outcome = await sent("https://inside.example/secret-path")
    assert not {"10.9.8.7", "inside", "secret"} & set(str(outcome).replace("-", " ").replace(".example", "").split())
    assert "10.9.8.7" not in str(outcome)


async def test_who_answers_slowly_is_not_waited_for(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_: Any) -> Answer:
        await asyncio.Event().wait()
        return Answer()

    receiver.answers = never
    monkeypatch.setattr("jobs.webhooks.sending.TIME_LIMIT_S", 0.2)
    assert (await sent(receiver.url, *LOOPBACK)).error == "TimeoutError"
