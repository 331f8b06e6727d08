"""Reads query parameters one by one, and says what is wrong with them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from query_api.asked import wrong

DEFAULT_LIMIT, MOST = 20, 100
_LONGEST = 200
_T = TypeVar("_T")

Given = Mapping[str, Sequence[str]]


def one(given: Given, name: str, default: str = "") -> str:
    """The value of a parameter that may be given once.

    Raises, as every function here:
        Problem: 422, naming the parameter.
    """
    values = given.get(name, (default,))
    if len(values) > 1:
        raise wrong(name, "may be given once")
    return values[0]


def text(given: Given, name: str, *, longest: int = _LONGEST) -> str | None:
    if name not in given:
        return None
    value = one(given, name).strip()
    if not 1 <= len(value) <= longest:
        raise wrong(name, f"has 1 to {longest} characters")
    return value


def choice(given: Given, name: str, choices: Mapping[str, _T], default: str) -> _T:
    value = one(given, name, default)
    if value not in choices:
        raise wrong(name, f"is one of {', '.join(choices)}")
    return choices[value]


def flag(given: Given, name: str) -> bool:
    return choice(given, name, {"true": True, "false": False}, "false")


def limit(given: Given, *, default: int = DEFAULT_LIMIT, most: int = MOST) -> int:
    value = one(given, "limit", str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(most)) and 1 <= int(value) <= most):
        raise wrong("limit", f"is a number from 1 to {most}")
    return int(value)


def whole_number(given: Given, name: str, most: int) -> int:
    """From 1 to `most`."""
    value = one(given, name)
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(most)) and 1 <= int(value) <= most):
        raise wrong(name, f"is a number from 1 to {most}")
    return int(value)


def moment(given: Given, name: str, default: datetime) -> datetime:
    """A date or a time as in RFC 3339; without an offset it is UTC."""
    if name not in given:
        return default
    value = one(given, name).replace(" ", "+")  # a plus that was not escaped
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong(name, "is a date or time such as 2026-03-01T12:00:00Z") from None
