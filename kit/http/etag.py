"""ETags of the form `"<version>.<hash of the answer>"` and the headers that compare them (RFC 9110, 13.1)."""

import re
from hashlib import blake2b

from kit.http.problems import Problem

_FORM = re.compile(r'(?:W/)?"(\d{1,9})(?:\.[0-9a-f]{1,64})?"')
_ANY = re.compile(r'(?:W/)?"[^"]*"')


def make(version: int, body: bytes) -> str:
    return f'"{version}.{blake2b(body, digest_size=8).hexdigest()}"'


def version_of(if_match: str) -> int:
    """The version that If-Match asks for; the hash is not looked at.

    Raises:
        Problem: 400, when the header is not one ETag of ours.
    """
    found = _FORM.fullmatch(if_match.strip())
    if not found:
        raise Problem(400, "MalformedIfMatch", 'If-Match holds one ETag as answered, such as "3" or "3.5f2a".')
    return int(found[1])


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has this answer already (weak comparison), so that 304 is enough."""
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(found.removeprefix("W/") == etag.removeprefix("W/") for found in _ANY.findall(if_none_match))
