"""The address that a hook's messages are sent to."""

import re
from typing import Annotated, TypeAlias
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field

from domain.text import STRIPPED

_VISIBLE = re.compile(r"[\x21-\x7e]+")
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_PORTS = {"https": 443, "http": 80}
_LOWEST_FREE_PORT = 1024


def well_formed(url: str) -> str:
    """Gives the address as it was sent.

    Which addresses are reached is decided when one is connected to: a name says nothing of where it leads.

    Raises:
        ValueError: it is not one of the web, or says what an address should not.
    """
    if not _VISIBLE.fullmatch(url):
        raise ValueError("an address has visible ASCII characters alone; others are written as %XX or xn--")
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not _HOST.fullmatch(parts.hostname or ""):
        raise ValueError("an address is such as https://example.org/hooks")
    if "@" in parts.netloc or "#" in url or "\\" in url:
        raise ValueError("give the address without a name, a password or a fragment")
    if not _is_open(port_of(parts)):
        raise ValueError("the port is 443, 80, or 1024 and above")
    return url


def port_of(parts: SplitResult) -> int:
    """Raises ValueError: it is none."""
    return _PORTS[parts.scheme] if parts.port is None else parts.port


def is_plain(url: str) -> bool:
    """Whether what is sent there can be read on the way."""
    return urlsplit(url).scheme == "http"


def _is_open(port: int) -> bool:
    """Below, other protocols are at home."""
    return port in _PORTS.values() or port >= _LOWEST_FREE_PORT


Endpoint: TypeAlias = Annotated[str, STRIPPED, Field(min_length=1, max_length=2000), AfterValidator(well_formed)]
