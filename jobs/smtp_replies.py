"""What a mail server's refusal of a recipient means: the address is none, it takes nothing now, or we are at fault."""

import re
from typing import NamedTuple

_STATUS = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_HARD = 500
_OF_MAILBOXES = frozenset({550, 551, 552, 553})
"""RFC 5321, 4.2.3, where nothing closer (RFC 3463) is said."""
_OF_SENDERS = frozenset({"5.1.7", "5.1.8"})
"""What is wrong is our own address, which many servers say only when they hear the first recipient."""


class Reply(NamedTuple):
    code: int
    status: str
    """Such as 5.1.1; empty when the server says none."""

    @property
    def is_hard(self) -> bool:
        """It will not do for this address. 5.7.1 and its like, a policy, are about who sends: every address has it."""
        if self.code < _HARD or self.status in _OF_SENDERS:
            return False
        return self.status.startswith(("5.1.", "5.2.")) if self.status else self.code in _OF_MAILBOXES

    @property
    def is_unknown(self) -> bool:
        """There is no such mailbox, or no more."""
        is_said = self.status.startswith("5.1.") and self.status != "5.1.0"  # that one says nothing, of whomever
        return self.is_hard and (is_said or self.status == "5.2.1")

    def __str__(self) -> str:
        return f"{self.code} {self.status}".rstrip()


def reply_of(code: int, text: bytes) -> Reply:
    """Keeps of the text its status alone: the rest may name the recipient."""
    found = _STATUS.match(text)
    return Reply(code, found[1].decode() if found else "")
