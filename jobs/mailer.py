"""Hands mails to the mail server."""

import asyncio
import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from jobs.job import Away, GivenUp
from jobs.letter import Letter, as_mail, sender_of
from jobs.pace import Pace
from jobs.smtp_replies import Reply, reply_of
from kit import clock

_TIMEOUT_S = 20
"""For each answer but the last."""
_LAST_TIMEOUT_S = 300
"""For the answer to the whole mail: who hangs up before it sends a second one (RFC 5321, 4.5.3.2.6)."""
_SCHEMES = ("smtp", "smtps")


class MailNotTaken(Exception):  # noqa: N818 - named for the fact
    """The mail server could not be reached or did not take the mail. Says why without naming anybody."""


class MailServerAway(MailNotTaken, Away):
    """It cannot be reached: all mails wait for it."""


class AddressRefused(GivenUp):
    """The mail server takes no mail for this address, whenever it is tried."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class Mailer:
    """A connection a mail: mails are rare, and a kept connection is one more thing to lose.

    Args:
        url: `smtp://host:port`, `smtps://user:password@host:port` (TLS from the start), or
            `smtp://user:password@host:port` (STARTTLS: a password never goes in the clear).
        sender: `address` or `Name <address>`.
        a_second: the most mails that the server wants from one process; 0: as many as there are.

    Raises:
        ValueError: one of them is none. Other schemes might be meant for TLS, and would go without.
    """

    def __init__(self, url: str, sender: str, *, a_second: float = 0) -> None:
        self._url = urlsplit(url)
        if self._url.scheme not in _SCHEMES or not self._url.hostname:
            raise ValueError(f"a mail server is {' or '.join(f'{each}://host:port' for each in _SCHEMES)}")
        sender_of(sender)
        self._sender = sender
        self._pace = Pace(a_second)

    async def send(self, letter: Letter, *, reference: str) -> None:
        """Returns once the server has taken the mail.

        A crash between that and the record of it sends the mail again, with the same Message-ID.

        Raises:
            MailNotTaken: try again later.
            AddressRefused, NoSuchAddress: it is of no use to try again.
        """
        mail = as_mail(letter, sender=self._sender, reference=reference, at=clock.now())
        await self._pace.turn()
        await asyncio.to_thread(self._deliver, mail)

    def _deliver(self, mail: EmailMessage) -> None:
        try:
            with _connected(self._url) as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(reply_of(*next(iter(error.recipients.values())))) from None
        except smtplib.SMTPResponseException as error:
            raise MailNotTaken(f"{type(error).__name__} {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            # from None: these name the recipient
            away = isinstance(error, ConnectionError | TimeoutError | smtplib.SMTPServerDisconnected)
            raise (MailServerAway if away else MailNotTaken)(type(error).__name__) from None


def _refused(reply: Reply) -> Exception:
    return AddressRefused(reply) if reply.is_hard else MailNotTaken(f"SMTPRecipientsRefused {reply}")


@contextlib.contextmanager
def _connected(url: SplitResult) -> Iterator[smtplib.SMTP]:
    server = _opened(url)
    try:
        if url.username:
            if url.scheme != "smtps":
                server.starttls(context=ssl.create_default_context())
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
    finally:
        # What was taken stays taken, whatever the server has to say to a good-bye.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


class _Patient(smtplib.SMTP):
    def data(self, msg: Any) -> tuple[int, bytes]:
        self._wait(_LAST_TIMEOUT_S)
        try:
            return super().data(msg)
        finally:
            self._wait(_TIMEOUT_S)

    def _wait(self, seconds: float) -> None:
        if self.sock is not None:
            self.sock.settimeout(seconds)


class _PatientSsl(_Patient, smtplib.SMTP_SSL):
    """The same, with TLS from the start."""


def _opened(url: SplitResult) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or 0
    if url.scheme == "smtps":
        return _PatientSsl(host, port, timeout=_TIMEOUT_S, context=ssl.create_default_context())
    return _Patient(host, port, timeout=_TIMEOUT_S)
