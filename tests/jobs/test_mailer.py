"""Handing mails to real mail servers."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from jobs import mailer as mailer_module
from jobs.letter import Letter
from jobs.mailer import AddressRefused, Mailer, MailNotTaken
from jobs.registry import JOBS
from stack.ports import free_port
from tests.jobs.mail_servers import Office, certified, serving

LETTER = Letter(to="ada@example.org", subject="A subject", text="A line.\n")
CREDENTIALS = "us%40er:pass%2Fword@"


def mailer(url: str) -> Mailer:
    return Mailer(url, "The site <no-reply@site.example>")


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server's, which this process trusts."""
    context, certificate = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return context


async def test_with_a_password_the_connection_is_encrypted_before_it_is_said(tls: Any) -> None:
    office = Office()
    how = {"tls_context": tls, "require_starttls": True, "auth_required": True, "authenticator": office.authenticate}
    with serving(office, **how) as port:
        await mailer(f"smtp://{CREDENTIALS}localhost:{port}").send(LETTER, reference="r")
        with pytest.raises(MailNotTaken, match="SMTPAuthenticationError 535"):
            await mailer(f"smtp://us%40er:wrong@localhost:{port}").send(LETTER, reference="r")
    [mail] = office.mails
    assert (mail["To"], mail["Message-ID"], office.is_encrypted) == ("ada@example.org", "<r@site.example>", [True])


async def test_tls_from_the_start_goes_with_a_password_and_without(tls: Any) -> None:
    office = Office()
    with serving(office, ssl_context=tls, authenticator=office.authenticate, auth_require_tls=False) as port:
        await mailer(f"smtps://{CREDENTIALS}localhost:{port}").send(LETTER, reference="r")
        await mailer(f"smtps://localhost:{port}").send(LETTER, reference="r")
    assert len(office.mails) == 2


async def test_a_password_never_goes_in_the_clear() -> None:
    office = Office()
    clear = serving(office, authenticator=office.authenticate, auth_require_tls=False)
    with clear as port, pytest.raises(MailNotTaken, match="SMTPNotSupportedError"):
        await mailer(f"smtp://{CREDENTIALS}localhost:{port}").send(LETTER, reference="r")
    assert office.mails == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_server_that_nobody_vouches_for_is_told_nothing(tmp_path: Path, scheme: str) -> None:
    context, _ = certified(tmp_path)
    office = Office()
    how = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    own = serving(office, authenticator=office.authenticate, auth_require_tls=False, **how)
    with own as port, pytest.raises(MailNotTaken, match="SSLCertVerificationError"):
        await mailer(f"{scheme}://{CREDENTIALS}localhost:{port}").send(LETTER, reference="r")
    assert office.mails == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 5.1.1 <ada@example.org>: no such user", ("550 5.1.1", True)),
        ("550 5.1.10 null MX", ("550 5.1.10", True)),
        ("550 5.2.1 mailbox disabled", ("550 5.2.1", True)),
        ("552 5.2.2 mailbox full", ("552 5.2.2", False)),
        ("550 ada@example.org unknown", ("550", False)),
        ("550 5.1.0 address rejected", ("550 5.1.0", False)),
        ("553 no", ("553", False)),
    ],
)
async def test_an_address_that_is_refused_is_told_apart(said: str, kept: tuple[str, bool]) -> None:
    with serving(Office({"ada@example.org": said})) as port, pytest.raises(AddressRefused) as refused:
        await mailer(f"smtp://localhost:{port}").send(LETTER, reference="r")
    assert (str(refused.value), refused.value.reply.is_unknown) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("450 4.2.0 greylisted", "SMTPRecipientsRefused 450 4.2.0"),
        ("451 ada@example.org later", "SMTPRecipientsRefused 451"),
        ("452 4.5.3 too many", "SMTPRecipientsRefused 452 4.5.3"),
        ("550 5.7.1 relaying denied", "SMTPRecipientsRefused 550 5.7.1"),
        ("554 5.7.1 you are on a list", "SMTPRecipientsRefused 554 5.7.1"),
        ("550 5.1.7 <no-reply@site.example>: unverified", "SMTPRecipientsRefused 550 5.1.7"),
        ("550 5.1.8 <no-reply@site.example>: domain not found", "SMTPRecipientsRefused 550 5.1.8"),
        ("554 no", "SMTPRecipientsRefused 554"),
        ("530 5.7.0 authentication required", "SMTPRecipientsRefused 530 5.7.0"),
    ],
)
async def test_what_is_for_now_or_about_the_sender_is_tried_again(said: str, kept: str) -> None:
    with serving(Office({"ada@example.org": said})) as port, pytest.raises(MailNotTaken) as fault:
        await mailer(f"smtp://localhost:{port}").send(LETTER, reference="r")
    assert str(fault.value) == kept
    assert fault.value.__suppress_context__


async def test_a_mail_that_was_taken_stays_taken_whatever_comes_after() -> None:
    office = Office(farewell="421 too busy to say good-bye")
    with serving(office) as port:
        await mailer(f"smtp://localhost:{port}").send(LETTER, reference="r")
    assert len(office.mails) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_server_that_thinks_about_a_mail_is_waited_for(
    scheme: str, tls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would get the same mail again and again."""
    monkeypatch.setattr("jobs.mailer._TIMEOUT_S", 0.5)
    office = Office(thinks_s=1.0)
    with serving(office, **({"ssl_context": tls} if scheme == "smtps" else {})) as port:
        await mailer(f"{scheme}://localhost:{port}").send(LETTER, reference="r")
    assert len(office.mails) == 1


def test_every_mail_has_as_long_as_its_server_may_take() -> None:
    answers = 10  # to the connection, EHLO, STARTTLS, EHLO, AUTH, MAIL, RCPT, DATA, QUIT, and one to spare
    longest_s = answers * mailer_module._TIMEOUT_S + mailer_module._LAST_TIMEOUT_S
    assert {job.name for job in JOBS if job.queue == "mail" and job.limit_s < longest_s} == set()


async def test_a_server_that_wants_few_mails_a_second_gets_no_more() -> None:
    office = Office()
    with serving(office) as port:
        slow = Mailer(f"smtp://localhost:{port}", "no-reply@site.example", a_second=20)
        began = monotonic()
        await asyncio.gather(*(slow.send(LETTER, reference=f"r{number}") for number in range(5)))
    assert len(office.mails) == 5
    assert monotonic() - began >= 4 / 20


@pytest.mark.parametrize("url", ["", "localhost:25", "smtp+tls://user:secret@host", "smtp://", "http://host"])
def test_what_is_no_mail_server_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match=r"a mail server is smtp://host:port or smtps://host:port") as refused:
        mailer(url)
    assert "secret" not in str(refused.value)


async def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(MailNotTaken, match="ConnectionRefusedError"):
        await mailer(f"smtp://localhost:{free_port()}").send(LETTER, reference="r")


async def test_an_international_address_reaches_a_server_that_takes_them() -> None:
    office = Office()
    with serving(office) as port:
        letter = Letter(to="jörg@exämple.org", subject="S", text="T\n")
        await mailer(f"smtp://localhost:{port}").send(letter, reference="r")
    assert office.asked == ["jörg@exämple.org"]
