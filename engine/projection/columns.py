"""How a column's values travel: many rows in one array parameter, and back as the row's own types."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter
from sqlalchemy import ARRAY, JSON, Column, Table, Text
from sqlalchemy.dialects import postgresql

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_COLLATION = re.compile(r' COLLATE "?\w+"?')
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Travel:
    """One column: the array type it is sent as, the expression that unpacks an element, and conversions if any."""

    name: str
    sent_as: str
    unpacked: str
    encode: Convert | None = None
    decode: Convert | None = None
    is_array: bool = False
    is_wide: bool = False
    """Text of any length: not written again with a row where it stayed the same."""


def travels(table: Table, row: type[Any] | None = None) -> tuple[Travel, ...]:
    """How each column of the table travels; `row` says what its values are in Python."""
    hints = get_type_hints(row) if row is not None else {}
    return tuple(_travel(column, _plain(hints.get(column.name))) for column in table.columns)


def _travel(column: "Column[Any]", hint: Any) -> Travel:
    name = quoted(column.name)
    kind = _COLLATION.sub("", column.type.compile(dialect=_DIALECT))
    if isinstance(column.type, JSON):
        adapter = TypeAdapter(hint if hint is not None else Any)
        return Travel(name, kind, name, lambda value: adapter.dump_json(value).decode(), adapter.validate_json)
    if isinstance(column.type, ARRAY):
        # unnest flattens arrays of arrays, so each array travels as its literal
        return Travel(name, "TEXT", f"{name}::{kind}", array_literal, _collection(hint), is_array=True)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Travel(name, kind, name, lambda value: value.value, hint)
    return Travel(name, kind, name, is_wide=isinstance(column.type, Text) and column.type.collation is None)


def array_literal(values: Any) -> str:
    """PostgreSQL's text form of an array of one dimension."""
    return "{" + ",".join("NULL" if value is None else _element(str(value)) for value in values) + "}"


def _element(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _collection(hint: Any) -> Convert:
    """The collection that a row wants for an array; an immutable one, as rows are compared and kept."""
    wanted = get_origin(hint) or hint
    made: Convert = wanted if wanted in (frozenset, list) else tuple
    [element, *_] = get_args(hint) or (None,)
    if isinstance(element, type) and issubclass(element, Enum):
        return lambda values: made(element(value) for value in values)
    return made


def _plain(hint: Any) -> Any:
    """The type without `| None`."""
    if get_origin(hint) in (Union, UnionType):
        [plain, *more] = [each for each in get_args(hint) if each is not type(None)]
        return plain if not more else hint
    return hint


def quoted(name: str) -> str:
    return _DIALECT.identifier_preparer.quote(name)
