"""Mails as they arrived at the sink."""

import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

from tests.jobs.waiting import until


class Mailbox:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> Iterator[EmailMessage]:
        for file in sorted(self._folder.glob("*.eml")):
            yield email.message_from_bytes(file.read_bytes(), policy=default)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.all() if mail["X-Envelope-To"] == address]

    async def one(self, address: str) -> EmailMessage:
        """The only mail to the address, once it is there."""
        await until(lambda: len(self.to(address)) > 0, f"a mail to {address}")
        [mail] = self.to(address)
        return mail


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return cast("str", body.get_content())
