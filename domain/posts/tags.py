"""Tags: shown as given, compared by a normal form."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from domain.text import SINGLE_LINE, STRIPPED

_SPACES = re.compile(r"[\s-]+")


def normal_form(tag: str) -> str:
    """NFKC, case folded, runs of spaces and hyphens one hyphen: what makes two tags the same."""
    return _SPACES.sub("-", tag.lower() if tag.isascii() else _folded(tag)).strip("-")


def _folded(tag: str) -> str:
    text = tag
    for _ in range(2):  # folding can undo normalisation, and the other way round: the second pass settles it
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return text


def _has_a_normal_form(tag: str) -> str:
    if not normal_form(tag):
        raise ValueError("a tag needs a character besides spaces and hyphens")
    return tag


def without_repeats(tags: Iterable[str]) -> tuple[str, ...]:
    """The first of each normal form, in the order given."""
    firsts: dict[str, str] = {}
    for tag in tags:
        firsts.setdefault(normal_form(tag), tag)
    return tuple(firsts.values())


Tag: TypeAlias = Annotated[
    str, STRIPPED, Field(min_length=1, max_length=50), SINGLE_LINE, AfterValidator(_has_a_normal_form)
]
Tags: TypeAlias = Annotated[tuple[Tag, ...], Field(max_length=20), AfterValidator(without_repeats)]
