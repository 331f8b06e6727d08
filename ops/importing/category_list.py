"""A source's own list of its categories, `_data/categories.yml`: slug, name, and what each lies below."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ops.importing.category import Level, Path, within_depth
from ops.importing.listed import listed

FILE = "_data/categories.yml"
_LONGEST_WALK = 64


def categories_of(source: Any) -> Mapping[str, Path]:
    """Paths by slug. None in a tar: it would have to be read twice."""
    return paths_of(
        {
            slug: (Level(str(about.get("name") or slug), slug, _id(about.get("id"))), str(about.get("parent") or ""))
            for slug, about in listed(source, FILE).items()
            if isinstance(about, dict)
        }
    )


def paths_of(levels: Mapping[str, tuple[Level, str]]) -> dict[str, Path]:
    """From what each lies below to whole paths, cut where categories end; a circle is cut too."""
    return {slug: _path(slug, levels) for slug in levels}


def _path(slug: str, levels: Mapping[str, tuple[Level, str]]) -> Path:
    path: dict[str, Level] = {}
    while slug in levels and slug not in path and len(path) < _LONGEST_WALK:
        level, above = levels[slug]
        path[slug] = level
        slug = above
    return within_depth(tuple(reversed(path.values())))


def _id(text: Any) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
