"""What a batch sends to the database, table by table."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Statement(NamedTuple):
    """A text whose parameters, each `$1::type[]` where it stands first, are numbered from 1 in order."""

    sql: str
    rows_of: str = ""
    """The table that it finds whole rows of."""


class Part(NamedTuple):
    """A statement's text, and what is sent for its parameters: never NULL."""

    sql: str
    sent: Sequence[Sequence[Any]]
    is_large: bool = False
    """Its result may be too large to be one value of a row."""
