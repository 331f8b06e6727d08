"""Hands mails to the mail server."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from jobs.job import Away
from jobs.letter import Letter, as_mail
from kit import clock

_TIMEOUT_S = 20


class MailNotTaken(Exception):  # noqa: N818 - named for the fact
    """The mail server could not be reached or did not take the mail. Says why without naming anybody."""


class MailServerAway(MailNotTaken, Away):
    """It cannot be reached: all mails wait for it."""


class Mailer:
    """A connection a mail: mails are rare, and a kept connection is one more thing to lose.

    Args:
        url: `smtp://host:port`, `smtps://user:password@host:port` (TLS from the start), or
            `smtp://user:password@host:port` (STARTTLS: a password never goes in the clear).
        sender: `address` or `Name <address>`.
        public_url: names the site in what mails say.
    """

    def __init__(self, url: str, sender: str, public_url: str) -> None:
        self._url = urlsplit(url)
        self._sender = sender
        self.site = urlsplit(public_url).netloc

    async def send(self, letter: Letter, *, reference: str) -> None:
        """Returns once the server has taken the mail.

        A crash between that and the record of it sends the mail again, with the same Message-ID.

        Raises:
            MailNotTaken: try again later.
            ValueError: the letter's address is none.
        """
        mail = as_mail(letter, sender=self._sender, reference=reference, at=clock.now())
        await asyncio.to_thread(self._deliver, mail)

    def _deliver(self, mail: EmailMessage) -> None:
        try:
            with _connected(self._url) as server:
                server.send_message(mail)
        except smtplib.SMTPResponseException as error:
            raise MailNotTaken(f"{type(error).__name__} {error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            # from None: these name the recipient
            away = isinstance(error, ConnectionError | TimeoutError | smtplib.SMTPServerDisconnected)
            raise (MailServerAway if away else MailNotTaken)(type(error).__name__) from None


def _connected(url: SplitResult) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or 0
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    if url.username:
        if url.scheme != "smtps":
            server.starttls(context=ssl.create_default_context())
        server.login(unquote(url.username), unquote(url.password or ""))
    return server
