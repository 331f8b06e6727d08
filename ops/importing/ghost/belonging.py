"""Who wrote what and what is tagged how: in an export, tables of their own, read before the posts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ops.importing.ghost.rows import Row, rows
from ops.importing.stream import ExportStream

TABLES = frozenset({"users", "tags", "posts_tags", "posts_authors", "posts_meta"})
_MOST = 2_000_000
"""Rows that are remembered: numbers and short texts."""
_INTERNAL = "internal"


@dataclass(slots=True)
class Belonging:
    names: dict[str, str] = field(default_factory=dict)
    """Authors' names by their slugs."""
    left_out: Counter[str] = field(default_factory=Counter)
    _authors: dict[str, str] = field(default_factory=dict)
    _tags: dict[str, str] = field(default_factory=dict)
    _internal: set[str] = field(default_factory=set)
    _of_posts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """By table and post: places and keys."""
    _count: int = 0

    @classmethod
    def read(cls, stream: ExportStream) -> "Belonging":
        found = cls()
        for table, row in rows(stream, TABLES):
            found._count += 1
            if row is not None and found._count <= _MOST:
                found._note(table, row)
        return found

    def authors(self, post: Row) -> tuple[str, ...]:
        """In order, as the export calls them."""
        named = self._keys("posts_authors", post) or [_text(post, "author_id")]
        return tuple(dict.fromkeys(self._authors[one] for one in named if one in self._authors))

    def tags(self, post: Row, *, with_internal: bool) -> list[str]:
        """In order. Internal ones are nothing for readers."""
        named = self._keys("posts_tags", post)
        return [self._tags[one] for one in named if one in self._tags and (with_internal or one not in self._internal)]

    def has_internal(self, post: Row) -> bool:
        return not self._internal.isdisjoint(self._keys("posts_tags", post))

    def _keys(self, table: str, post: Row) -> list[str]:
        return [key for _, key in sorted(self._of_posts.get(f"{table}:{_text(post, 'id')}", ()))]

    def _note(self, table: str, row: Row) -> None:
        match table:
            case "users":
                slug = _text(row, "slug") or f"author-{_text(row, 'id')[-8:]}"
                self._authors[_text(row, "id")] = slug
                if name := " ".join(_text(row, "name").split()):
                    self.names[slug] = name
            case "tags":
                self._note_tag(row)
            case "posts_tags":
                self._join(table, row, "tag_id")
            case "posts_authors":
                self._join(table, row, "author_id")
            case _:
                pass

    def _note_tag(self, row: Row) -> None:
        name, key = _text(row, "name").strip(), _text(row, "id")
        if not name:
            return
        self._tags[key] = name
        if row.get("visibility") == _INTERNAL or name.startswith("#"):
            self._internal.add(key)

    def _join(self, table: str, row: Row, key: str) -> None:
        place = row.get("sort_order")
        joined = (place if isinstance(place, int) else 0, _text(row, key))
        self._of_posts.setdefault(f"{table}:{_text(row, 'post_id')}", []).append(joined)


def _text(row: Row, field_name: str) -> str:
    """A text, or a number as one: ids were numbers once."""
    value: Any = row.get(field_name)
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
