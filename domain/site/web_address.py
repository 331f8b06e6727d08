"""The address that a site is found at."""

from typing import Annotated, TypeAlias
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field

from domain.text import SINGLE_LINE, STRIPPED

_WITHOUT = "without a query, a fragment, a name or a password"


def well_formed(address: str) -> str:
    """Gives the address without a slash at its end.

    Raises:
        ValueError: it is not one of the web, or says more than where the site is.
    """
    parts = _split(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in address:
        raise ValueError("an address is such as https://example.org or https://example.org/blog")
    if parts.query or parts.fragment or "@" in parts.netloc or {"?", "#"} & set(address):
        raise ValueError(f"give the address {_WITHOUT}")
    return address.rstrip("/")


def _split(address: str) -> SplitResult:
    parts = urlsplit(address)
    _ = parts.port  # raises ValueError too
    return parts


WebAddress: TypeAlias = Annotated[
    str, STRIPPED, Field(min_length=1, max_length=200), SINGLE_LINE, AfterValidator(well_formed)
]
