"""A mail with one link, as text and as HTML."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

_ONE_ADDRESS = re.compile(r"""[^\s@,:;<>()\[\]\\"]+@[^\s@,:;<>()\[\]\\"]+""")


@dataclass(frozen=True, slots=True)
class Letter:
    """Sentences are plain text. Nobody's free text goes into one: a name could carry a stranger's advertisement."""

    to: str
    subject: str
    before: tuple[str, ...]
    link: str
    link_says: str
    after: tuple[str, ...]


def as_mail(letter: Letter, *, sender: str, reference: str, at: datetime) -> EmailMessage:
    """The letter as multipart/alternative.

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
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = letter.subject
    mail["From"] = from_address
    mail["To"] = _recipient(letter.to)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{reference}@{from_address.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail.set_content(_text(letter), cte="quoted-printable")
    mail.add_alternative(_html(letter), subtype="html", cte="quoted-printable")
    return mail


def _recipient(address: str) -> Address:
    # not `addr_spec=`: that takes ASCII alone
    if not _ONE_ADDRESS.fullmatch(address):
        raise ValueError("not one plain address")
    user, _, domain = address.rpartition("@")
    return Address(username=user, domain=domain)


def _text(letter: Letter) -> str:
    return "\n\n".join((*letter.before, letter.link, *letter.after)) + "\n"


def _html(letter: Letter) -> str:
    button = f'<a href="{escape(letter.link)}">{escape(letter.link_says)}</a>'
    paragraphs = (*map(escape, letter.before), button, *map(escape, letter.after))
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    title = escape(letter.subject)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
        f'<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">\n{body}\n</body>\n</html>\n'
    )
