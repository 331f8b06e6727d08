"""A message as it is sent: JSON, signed by the rules of Standard Webhooks."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import orjson

from jobs.webhooks.told import TEST, Happened

_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Message:
    """Says what happened and where to read it; whoever may not read it learns nothing."""

    id: str
    """The same however often it is sent, and to whomever."""
    kind: str
    event_id: UUID
    position: int
    body: bytes


def message_of(happened: Happened, kind: str) -> Message:
    token = f"{happened.epoch}:{happened.partition}.{happened.sequence}"
    said = {"type": kind, "timestamp": happened.recorded_at, "data": {**_said(happened, kind), "token": token}}
    return Message(f"msg_{happened.id.hex}", kind, happened.id, happened.position, orjson.dumps(said))


def _said(happened: Happened, kind: str) -> dict[str, str]:
    if kind == TEST:
        return {"webhook": happened.key}
    if kind.startswith("comment."):
        comment = happened.stream.removeprefix("comment-")
        return {"post": happened.key, "comment": comment, "read": f"/comments/{comment}"}
    return {"post": happened.key, "read": f"/posts/{happened.key}"}


def signed(message: Message, timestamp: int, secrets: Iterable[str]) -> dict[str, str]:
    """The headers that prove who sent it, and when; a signature for each secret."""
    content = b".".join((message.id.encode(), str(timestamp).encode(), message.body))
    signatures = (hmac.digest(_key(secret), content, hashlib.sha256) for secret in secrets)
    return {
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(each).decode()}" for each in signatures),
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(_PREFIX))
