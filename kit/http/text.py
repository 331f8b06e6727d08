"""Refuses text that cannot be stored or sent on: U+0000 and lone surrogates."""

import re
from collections.abc import Iterable
from typing import Any

from kit.http.problems import Problem, pointer

_REFUSED = re.compile("[\x00\ud800-\udfff]")


def unstorable(value: Any, where: tuple[int | str, ...] = ()) -> tuple[int | str, ...] | None:
    """The path to the first text in a JSON-like value that cannot be stored, keys included; None: all is well."""
    if isinstance(value, str):
        return where if _REFUSED.search(value) else None
    for key, part in _parts(value):
        found = unstorable(part, (*where, key))
        if found is not None:
            return found
    return None


def _parts(value: Any) -> Iterable[tuple[int | str, Any]]:
    if isinstance(value, dict):
        return [*((key, key) for key in value), *value.items()]
    return enumerate(value) if isinstance(value, (list, tuple, set, frozenset)) else ()


def refuse_unstorable(value: Any) -> None:
    """Checks a parsed value.

    Raises:
        Problem: 422, with a pointer to the text at fault.
    """
    found = unstorable(value)
    if found is not None:
        errors = [{"pointer": _printable(pointer(found)), "detail": "holds U+0000 or a lone surrogate"}]
        raise Problem(422, "UnstorableText", "Text may not hold U+0000 or a lone surrogate.", errors=errors)


def _printable(text: str) -> str:
    return _REFUSED.sub("\N{REPLACEMENT CHARACTER}", text)
