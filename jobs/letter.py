"""A mail to one person: its headers, its text, and the same as HTML."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr

_ONE_ADDRESS = re.compile(r"""[^\s@,:;<>()\[\]\\"]+@[^\s@,:;<>()\[\]\\"]+""")


class _Link(UnstructuredHeader):
    """One link, as it is: folded like other headers, a long one would be written in code that few programs read."""

    def fold(self, *, policy: Policy) -> str:
        return f"List-Unsubscribe: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", _Link)  # type: ignore[arg-type]  # any such mixin will do
_POLICY = SMTP.clone(header_factory=_HEADERS)


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
        ValueError: an address is none, or would reach into the headers.
    """
    name, address = parseaddr(sender)
    from_address = Address(display_name=name, addr_spec=address)
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


def _recipient(address: str) -> Address:
    # not `addr_spec=`: that takes ASCII alone
    if not _ONE_ADDRESS.fullmatch(address):
        raise ValueError("not one plain address")
    user, _, domain = address.rpartition("@")
    return Address(username=user, domain=domain)
