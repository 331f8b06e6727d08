"""Languages by their BCP 47 tag, in the customary case: `en`, `pt-BR`, `zh-Hant-TW`."""

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

_FORM = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}"  # language, extended languages
    r"(-[a-z]{4})?(-([a-z]{2}|\d{3}))?"  # script, region
    r"(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*"  # variants
    r"(-[0-9a-wyz](-[a-z0-9]{2,8})+)*"  # extensions
    r"(-x(-[a-z0-9]{1,8})+)?"  # private use
)


def well_formed(tag: str) -> str:
    """Gives the tag in its customary case.

    Raises:
        ValueError: not the form of BCP 47.
    """
    lowered = tag.strip().replace("_", "-").lower()
    if not _FORM.fullmatch(lowered):
        raise ValueError("a language is a BCP 47 tag such as en, pt-BR or zh-Hant")
    first, *rest = lowered.split("-")
    singleton = next((place for place, part in enumerate(rest) if len(part) == 1), len(rest))
    return "-".join([first, *map(_cased, rest[:singleton]), *rest[singleton:]])


def _cased(part: str) -> str:
    if len(part) == 2:  # noqa: PLR2004 - a region
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part  # noqa: PLR2004 - a script


Language: TypeAlias = Annotated[str, Field(max_length=35), AfterValidator(well_formed)]
