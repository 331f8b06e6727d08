"""Columns that the database has made JSON of go into answers as they are."""

from collections.abc import Sequence
from typing import Any

import orjson

_MADE_OF_JSON = ("authors", "category", "cover")


def with_json(item: dict[str, Any], names: Sequence[str] = _MADE_OF_JSON) -> dict[str, Any]:
    """The item, with these columns as parts of its JSON instead of texts."""
    for name in names:
        if item.get(name) is not None:
            item[name] = orjson.Fragment(item[name])
    return item
