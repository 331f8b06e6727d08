"""Shows a list of things: as aligned text for people, as JSON for programs."""

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

_GAP = "  "


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as one JSON array")


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Rows have the same keys, which are the columns."""
    if as_json:
        print(json.dumps([dict(row) for row in rows], default=_plain, ensure_ascii=False))
    elif rows:
        print("\n".join(_aligned(rows)))
    else:
        print("none")


def printable(text: str) -> str:
    """Nothing that a terminal would obey: what people wrote may hold escape sequences."""
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)


def _aligned(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    names = list(rows[0])
    cells = [[_cell(row[name]) for name in names] for row in rows]
    is_number = [all(isinstance(row[name], int | float | None) for row in rows) for name in names]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    return [
        _GAP.join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, is_number, strict=True)
        ).rstrip()
        for line in [names, *cells]
    ]


def _cell(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(" ", "seconds")
        case dict() | list() | tuple():
            return printable(json.dumps(value, default=_plain, ensure_ascii=False))
        case _:
            return printable(str(value))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
