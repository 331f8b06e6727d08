"""Mails as they arrived at the sink."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

from tests.jobs.waiting import until


class Mailbox:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def to(self, address: str) -> list[EmailMessage]:
        mails = (
            email.message_from_bytes(file.read_bytes(), policy=default) for file in sorted(self._folder.glob("*.eml"))
        )
        return [mail for mail in mails if mail["X-Envelope-To"] == address]

    async def one(self, address: str) -> EmailMessage:
        """The only mail to the address, once it is there."""
        await until(lambda: len(self.to(address)) > 0, f"a mail to {address}")
        [mail] = self.to(address)
        return mail


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return cast("str", body.get_content())
