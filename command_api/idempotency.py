"""What an Idempotency-Key covers: one request (method, path, body) of one actor, or of one open door."""

import re
from hashlib import sha256

from domain.command import Actor
from engine.commands.ports import IdempotencyRequest
from engine.log.hashing import keyed_hash
from kit.http.problems import Problem

HEADER = b"idempotency-key"
_FORM = re.compile(r"[\x21-\x7e]{1,200}")


def idempotency_request(  # noqa: PLR0913, PLR0917 - what a key covers
    door: str, key: str, secret: bytes, actor: Actor, body: bytes, answer: bytes
) -> IdempotencyRequest | None:
    """None when the door (method and path) takes no key: only POST needs one, and answers of /auth/ are not kept."""
    if not door.startswith("POST ") or door.startswith("POST /auth/"):
        return None
    return IdempotencyRequest(scope_of(actor, door), checked(key), request_hash(secret, door, body), answer.decode())


def scope_of(actor: Actor, door: str) -> str:
    return door if actor.account is None else str(actor.account)


def checked(key: str) -> str:
    if not _FORM.fullmatch(key):
        raise Problem(400, "MalformedIdempotencyKey", "An Idempotency-Key is 1-200 visible ASCII characters.")
    return key


def request_hash(secret: bytes, door: str, body: bytes) -> bytes:
    """Keyed, because the body may hold a password."""
    return bytes.fromhex(keyed_hash(secret, f"{door}\n{sha256(body).hexdigest()}"))
