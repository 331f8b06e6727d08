"""Handles: the names of accounts in URLs."""

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from domain.accounts.refusals import HandleReserved, HandleTaken
from domain.command import Context, Name

RESERVED = frozenset({"me"})
MAX = 30


def _lowered(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Handle: TypeAlias = Annotated[
    str,
    Field(min_length=2, max_length=MAX, pattern=r"^[a-z0-9_-]+$"),
    BeforeValidator(_lowered),
]
"""2-30 of a-z, 0-9, _ and -; lower-cased on entry."""


def claim_handle(handle: str, context: Context) -> Name:
    """Gives the claim on a handle. It is never released: a handle means one account for good.

    Raises:
        HandleReserved: doors use it, or it looks like an id.
        HandleTaken: another account holds or held it.
    """
    if handle in RESERVED or handle.isdigit():
        raise HandleReserved(f"{handle} is reserved; take one with a letter in it, other than me.", field="/handle")
    name = Name("handle", handle)
    if name in context.taken:
        raise HandleTaken(f"{handle} is taken{_free(handle, context)}.", field="/handle")
    return name


def _free(handle: str, context: Context) -> str:
    candidates = (f"{handle[: MAX - 4]}-{number}" for number in range(2, len(context.taken) + 3))
    free = next((one for one in candidates if Name("handle", one) not in context.taken), "")
    return f"; {free} may be free" if free else ""
