"""What text may be: no U+0000 and no lone surrogates anywhere, no control characters in a single line."""

import unicodedata
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, StringConstraints

_NOT_IN_A_LINE = frozenset({"Cc", "Zl", "Zp"})


def storable(text: str) -> str:
    """Passes text that every store and every encoding can hold.

    Raises:
        ValueError: it holds U+0000 or a lone surrogate.
    """
    if "\x00" in text:
        raise ValueError("U+0000 is not accepted in text")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a lone surrogate is not text") from None
    return text


def single_line(text: str) -> str:
    """Passes text without line breaks, tabs or other control characters.

    Raises:
        ValueError: it holds one.
    """
    if text.isprintable():  # nearly every line there is
        return text
    if any(unicodedata.category(character) in _NOT_IN_A_LINE for character in storable(text)):
        raise ValueError("line breaks and control characters are not accepted here")
    return text


STRIPPED = StringConstraints(strip_whitespace=True)
"""Without spaces around it. Goes before the length."""
STORABLE = AfterValidator(storable)
"""Any number of lines."""
SINGLE_LINE = AfterValidator(single_line)
"""One line. Goes after the length, as STORABLE does."""

Line: TypeAlias = Annotated[str, STRIPPED, SINGLE_LINE]
"""One line of any length."""
