"""One-time links that prove an address or set a password anew."""

from datetime import timedelta
from typing import Literal

from domain.command import Context, Secret

_LASTS = {"confirmation": timedelta(days=7), "address": timedelta(days=1), "reset": timedelta(hours=1)}


def one_time_link(kind: Literal["confirmation", "address", "reset"], context: Context) -> tuple[Secret, ...]:
    """The secret of a new link, which replaces the one before; none when no link was made outside."""
    if context.one_time_token is None:
        return ()
    return (Secret(kind, context.one_time_token, context.now + _LASTS[kind]),)
