"""Handles and names of authors from what a weblog calls them."""

import re

from domain.accounts.handles import MAX, RESERVED
from domain.posts.slugs import derive

LONGEST_NAME = 100
_NOT_IN_A_HANDLE = re.compile(r"[^a-z0-9_-]+")


def handle_of(called: str) -> str:
    """The nearest handle: `18F` is 18f, `José Ortiz` is jose-ortiz. The same for the same name, always."""
    plain = called.strip().lower()
    if _NOT_IN_A_HANDLE.search(plain):
        plain = _NOT_IN_A_HANDLE.sub("-", derive(called))
    plain = plain[:MAX].strip("-")
    if len(plain) < 2 or plain.isdigit() or plain in RESERVED:  # noqa: PLR2004 - the shortest handle
        plain = f"author-{plain}".strip("-")[:MAX]
    return plain


def name_of(called: str) -> str:
    """A name to show: `ana-rossi` is Ana Rossi; what has capitals or spaces is a name already."""
    text = " ".join(called.split())
    if text != text.lower() or " " in text:
        return text[:LONGEST_NAME]
    return " ".join(word.capitalize() for word in re.split(r"[-_.]+", text) if word)[:LONGEST_NAME] or text
