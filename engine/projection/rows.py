"""What rows have in common, whether a read model declares them as NamedTuples or as frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any


def field_names(row: Any) -> tuple[str, ...]:
    """Of a row or its class, in order."""
    names: tuple[str, ...] | None = getattr(row, "_fields", None)
    return names if names is not None else tuple(field.name for field in fields(row))


def with_values(row: Any, values: Mapping[str, Any]) -> Any:
    """The row with these in place of what it has."""
    replacing = getattr(row, "_replace", None)
    return replacing(**values) if replacing is not None else replace(row, **values)
