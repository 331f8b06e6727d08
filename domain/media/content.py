"""What is said about a medium, and the limits on it."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from domain.text import SINGLE_LINE, STORABLE, STRIPPED


def last_part(path: str) -> str:
    """The name itself, of a path as any system writes them."""
    return path.replace("\\", "/").rpartition("/")[2]


FileName: TypeAlias = Annotated[str, Field(max_length=255), AfterValidator(last_part), SINGLE_LINE]
Alt: TypeAlias = Annotated[str, STRIPPED, Field(max_length=1000), STORABLE]
"""What stands for it where it is not seen; empty: it only decorates."""
