"""Time zones by their IANA name."""

from functools import cache
from typing import Annotated, TypeAlias
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones() | {"UTC"})


def known(name: str) -> str:
    """Passes the name of a time zone.

    Raises:
        ValueError: there is none of this name.
    """
    if name not in _known():
        raise ValueError("a time zone is an IANA name such as Europe/Vienna or UTC")
    return name


TimeZone: TypeAlias = Annotated[str, Field(max_length=64), AfterValidator(known)]
