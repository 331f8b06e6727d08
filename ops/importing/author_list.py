"""A source's own list of its authors, `_data/authors.yml`: their names by what posts call them."""

from pathlib import Path
from typing import Any

from ops.importing.listed import listed

FILE = "_data/authors.yml"


def names_of(source: Path) -> dict[str, str]:
    """None in a tar: it would have to be read twice."""
    return {called: name for called, about in listed(source, FILE).items() if (name := _name(about))}


def _name(about: Any) -> str:
    name = about.get("name") if isinstance(about, dict) else about
    return name if isinstance(name, str) else ""
