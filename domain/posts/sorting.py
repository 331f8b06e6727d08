"""Where a post is sorted in, as the taxonomy has it: its category exists, its tags have the names of today.

The decision guards the taxonomy, so that no post gets a tag after it was renamed. Where it does not matter, it is not
looked at.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from domain.command import Context, Guard
from domain.taxonomy.taxonomy import Taxonomy
from domain.taxonomy.taxonomy_command import STREAM, named


class Sorted(NamedTuple):
    tags: tuple[str, ...]
    category: UUID | None
    guards: tuple[Guard, ...]


def looked_at(tags: tuple[str, ...] | None, category: str | None) -> Mapping[str, type[Any]]:
    """The streams that a decision on these must see."""
    return {STREAM: Taxonomy} if tags or category else {}


def as_sorted(context: Context, tags: tuple[str, ...], category: str | None) -> Sorted:
    """What is asked for, as it is called now.

    Raises:
        CategoryUnknown: there is no such category.
    """
    if not (tags or category):
        return Sorted(tags, None, ())
    taxonomy: Taxonomy = context.others[STREAM].state or Taxonomy()
    found = named(taxonomy, category, "/category") if category else None
    return Sorted(taxonomy.spelt(tags), found, (context.guard(STREAM),))
