"""A mail to one person: its headers, its text, and the same as HTML."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from typing import Any

from email_validator import EmailNotValidError, validate_email

from jobs.job import Dropped

_ONE_LINE = 66
_ONE_ADDRESS = re.compile(r"""(?!.*=\?)[^\s@,:;<>()\[\]\\"]+@[^\s@,:;<>()\[\]\\"]+""")
"""Without what headers would read as code (RFC 2047), line breaks in it included."""


class _Link(UnstructuredHeader):
    """One link, as it is: folded like other headers, a long one would be written in code that few programs read."""

    def fold(self, *, policy: Policy) -> str:
        return f"List-Unsubscribe: {self}{policy.linesep}"


class _Subject(UnstructuredHeader):
    """Words as they are: what looks like code in them is no code, which might break the line and begin a header."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds |= {"parse_tree": cls.value_parser(""), "decoded": value}

    def fold(self, *, policy: Policy) -> str:
        says = str(self)
        is_plain = says.isascii() and "=?" not in says and len(says) < _ONE_LINE
        written = Header(says, "us-ascii" if is_plain else "utf-8", header_name="Subject")
        return f"Subject: {written.encode(linesep=policy.linesep)}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", _Link)  # type: ignore[arg-type]  # any such mixin will do
_HEADERS.map_to_type("Subject", _Subject)  # type: ignore[arg-type]  # same
_POLICY = SMTP.clone(header_factory=_HEADERS)


class NoSuchAddress(Dropped):
    """No mail can be addressed so."""


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str
    html: str = ""
    """Empty: the text is all."""
    unsubscribe: str = ""
    """A link that stops mails of this kind when something is posted to it (RFC 8058)."""


def as_mail(letter: Letter, *, sender: str, reference: str, at: datetime) -> EmailMessage:
    """The letter as a mail, with headers that nothing in it can add to.

    Args:
        letter: what it says.
        sender: `address` or `Name <address>`.
        reference: what the Message-ID is made of: the same for the same mail sent twice.
        at: its date.

    Raises:
        NoSuchAddress: the letter's is none, or would reach into the headers.
        ValueError: the sender's is none.
    """
    from_address = sender_of(sender)
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = letter.subject
    mail["From"] = from_address
    mail["To"] = _recipient(letter.to)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{reference}@{from_address.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return mail


def sender_of(text: str) -> Address:
    """Raises ValueError: it is neither `address` nor `Name <address>`."""
    name, address = parseaddr(text)
    if not _ONE_ADDRESS.fullmatch(address):
        raise ValueError("a sender is such as no-reply@example.org or The site <no-reply@example.org>")
    return Address(display_name=name, addr_spec=address)


def _recipient(address: str) -> Address:
    # not `addr_spec=`: that takes ASCII alone
    if not _ONE_ADDRESS.fullmatch(address):
        raise NoSuchAddress("not one plain address")
    user, _, domain = address.rpartition("@")
    return Address(username=user, domain=_in_ascii(user, domain))


def _in_ascii(user: str, domain: str) -> str:
    """As every mail server reads it, where only the domain is international; else the server must take all of it."""
    if domain.isascii() or not user.isascii():
        return domain
    try:
        return validate_email(f"{user}@{domain}", check_deliverability=False).ascii_domain or domain
    except EmailNotValidError:
        return domain
