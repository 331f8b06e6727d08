"""Categories as a source names them: a path from the top down, of which a post takes one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID, uuid5

from domain.posts.tags import normal_form
from domain.taxonomy.taxonomy_command import DEEPEST

_NAMESPACE = UUID("5c1f2c3e-6b0e-5d0a-9a53-70616c696d70")


@dataclass(frozen=True, slots=True)
class Level:
    """One category of a path."""

    name: str
    slug: str | None = None
    id: UUID | None = None
    """As an export gave it."""


Path: TypeAlias = tuple[Level, ...]
Key: TypeAlias = tuple[str, ...]


def key_of(path: Path) -> Key:
    """The same for the same category, however it is spelt."""
    return tuple(level.slug or normal_form(level.name) for level in path)


def id_of(path: Path) -> UUID:
    """The id that a category is created under, the same in every run."""
    return path[-1].id or uuid5(_NAMESPACE, f"category:{'/'.join(key_of(path))}")


def path_of(text: str) -> Path:
    """`Coast/Lighthouses`: below the coast."""
    return tuple(Level(name) for part in text.split("/") if (name := " ".join(part.split())))


def chosen(paths: Sequence[Path]) -> tuple[Path, list[str]]:
    """The one that a post is sorted into, and the names of the others, which become tags.

    A category that lies above another of the same post is said by that one.
    """
    keys = [key_of(path) for path in paths]
    lowest = [
        path for path, key in zip(paths, keys, strict=True) if key and not any(_is_above(key, other) for other in keys)
    ]
    unlike = list({key_of(path): path for path in lowest}.values())
    return (unlike[0], [path[-1].name for path in unlike[1:]]) if unlike else ((), [])


def within_depth(path: Path) -> Path:
    return path[:DEEPEST]


def prefixes(paths: Iterable[Path]) -> list[Path]:
    """Every category of these paths, each above what lies below it, none twice."""
    found = {key_of(path[:depth]): path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    return sorted(found.values(), key=len)


def _is_above(key: Key, other: Key) -> bool:
    return len(key) < len(other) and other[: len(key)] == key
