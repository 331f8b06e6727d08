"""What a comment is made of, and the limits on it."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from domain.posts.content import is_blank
from domain.text import STORABLE

LONGEST = 10_000


def _says_something(body: str) -> str:
    if is_blank(body):
        raise ValueError("a comment needs words")
    return body


Body: TypeAlias = Annotated[str, Field(min_length=1, max_length=LONGEST), STORABLE, AfterValidator(_says_something)]
"""Markdown."""
