"""What an export says of its media, `_data/media.yml`: by file, the id it had, and what stands for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from ops.importing.listed import listed

FILE = "_data/media.yml"


class Listed(NamedTuple):
    id: UUID
    alt: str | None


def media_of(source: Path) -> Mapping[str, Listed]:
    """None in a tar: it would have to be read twice."""
    return {path: found for path, about in listed(source, FILE).items() if (found := _listed(about))}


def _listed(about: object) -> Listed | None:
    if not isinstance(about, dict):
        return None
    try:
        alt = about.get("alt")
        return Listed(UUID(str(about["id"])), alt if isinstance(alt, str) else None)
    except (KeyError, ValueError):
        return None
