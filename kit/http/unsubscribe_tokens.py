"""What the link in a mail's foot carries: whose notices of which kind are to stop, signed.

It is good for as long as the system's secret is, and opens nothing else.
"""

from base64 import urlsafe_b64encode
from hmac import compare_digest, digest
from uuid import UUID

_LONGEST = 200
_MARK_BYTES = 16


def token_of(secret: bytes, account: UUID, notice: str) -> str:
    named = f"{account.hex}.{notice}"
    return f"{named}.{_mark(secret, named)}"


def named_in(secret: bytes, token: str) -> tuple[UUID, str] | None:
    """The account and the kind of notice; None: it was not made with this secret."""
    named, _, mark = token.rpartition(".")
    if len(token) > _LONGEST or not token.isascii() or not compare_digest(mark, _mark(secret, named)):
        return None
    account, _, notice = named.partition(".")
    return UUID(hex=account), notice


def _mark(secret: bytes, named: str) -> str:
    made = digest(secret, f"unsubscribe:{named}".encode(), "sha256")[:_MARK_BYTES]
    return urlsafe_b64encode(made).decode().rstrip("=")
