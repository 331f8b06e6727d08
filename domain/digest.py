"""Digests of texts, so that a state can tell a change without keeping the text."""

from hashlib import blake2b


def digest(text: str | None) -> bytes:
    """16 bytes for a text; none for no text."""
    return b"" if text is None else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
