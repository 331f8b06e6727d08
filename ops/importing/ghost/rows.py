"""Cuts an export into the rows of its tables while it is read: one row is held at a time."""

from collections.abc import Collection, Iterator
from typing import Any

import ijson

from ops.importing.stream import ExportStream
from ops.importing.unreadable import Unreadable

_PIECE, _DEEPEST = 1 << 16, 64
MAX_ROW_BYTES = 16 << 20
_VALUE_BYTES = 64
_STARTS = {"start_map", "start_array"}
_ENDS = {"end_map", "end_array"}
Row = dict[str, Any]


def rows(stream: ExportStream, wanted: Collection[str]) -> Iterator[tuple[str, Row | None]]:
    """The rows of these tables, each with its table's name; None stands for one that is too large.

    Values that are no texts, numbers or truths are left out: no row of interest has any.

    Raises:
        Unreadable: what follows is not JSON, or beyond a limit.
    """
    builder = _Rows(wanted)
    try:
        # Floats, or a number of 5,000 digits takes the process down with it (ijson 3.6, its parser in C).
        for event, value in ijson.basic_parse(stream, buf_size=_PIECE, use_float=True):
            stream.settle()
            if found := builder.take(event, value):
                yield found
    except (ijson.JSONError, UnicodeDecodeError, ValueError, OverflowError) as problem:
        raise Unreadable(f"it is not JSON: {str(problem).splitlines()[0][:80]}") from None


class _Rows:
    """Follows where the reading is: `{"db": [{"data": {TABLE: [{...}, ...]}}]}`, or without `db`."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._path: list[str] = []
        """The key of each object that is open; empty in a list."""
        self._row: Row | None = None
        self._depth_of_row = 0
        self._size_bytes = 0

    def take(self, event: str, value: Any) -> tuple[str, Row | None] | None:
        if event == "map_key":
            self._path[-1] = value
        elif event in _STARTS:
            self._open(is_map=event == "start_map")
        elif event in _ENDS:
            return self._close()
        elif self._row is not None and len(self._path) == self._depth_of_row:
            self._keep(self._path[-1], value)
        return None

    def _open(self, *, is_map: bool) -> None:
        if len(self._path) >= _DEEPEST:
            raise Unreadable(f"it is nested deeper than {_DEEPEST} levels")
        table = self._table()
        self._path.append("")
        if is_map and table and self._row is None:
            self._row, self._depth_of_row, self._size_bytes = {}, len(self._path), 0

    def _close(self) -> tuple[str, Row | None] | None:
        is_row = self._row is not None and len(self._path) == self._depth_of_row
        self._path.pop()
        if not is_row:
            return None
        row, self._row = self._row, None
        return self._table(), row if self._size_bytes <= MAX_ROW_BYTES else None

    def _table(self) -> str:
        """The table whose list is open and innermost, if it is wanted."""
        keys = self._path[:-1]
        name = keys[-1] if keys and self._path[-1] == "" else ""
        return name if keys[-2:-1] == ["data"] and name in self._wanted else ""

    def _keep(self, key: str, value: Any) -> None:
        self._size_bytes += _VALUE_BYTES + (len(value) if isinstance(value, str) else 0)
        if self._row is not None and self._size_bytes <= MAX_ROW_BYTES:
            self._row[key] = value
