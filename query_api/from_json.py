"""Columns that the database has made JSON of go into answers as they are."""

from typing import Any

import orjson

_MADE_OF_JSON = ("authors", "category", "cover")


def with_json(item: dict[str, Any]) -> dict[str, Any]:
    """The item, with those columns as parts of its JSON instead of texts."""
    for name in _MADE_OF_JSON:
        if item.get(name) is not None:
            item[name] = orjson.Fragment(item[name])
    return item
