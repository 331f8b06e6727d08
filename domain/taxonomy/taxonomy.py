"""The state that commands on categories and tags decide on: the whole tree, and what tags are called now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never
from uuid import UUID

from domain.command import Name
from domain.posts.tags import normal_form, without_repeats
from domain.taxonomy import events as e

NOBODY = UUID(int=0)
"""The id of no category."""


@dataclass(frozen=True, slots=True)
class Category:
    id: UUID
    name: str
    slug: str
    parent: UUID | None


@dataclass(frozen=True, slots=True)
class Taxonomy:
    categories: Mapping[UUID, Category] = field(default_factory=dict)
    slugs: Mapping[str, UUID] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    """From a tag's normal form to how it is spelt now: never to one that was itself renamed to another."""

    @property
    def names(self) -> tuple[Name, ...]:
        """It claims none: one stream knows all of them."""
        return ()

    def find(self, wanted: str) -> Category | None:
        """The category of this id or slug."""
        return self.categories.get(self.slugs.get(wanted) or _as_id(wanted))

    def children(self, parent: UUID | None) -> list[Category]:
        return [category for category in self.categories.values() if category.parent == parent]

    def path(self, category: UUID | None) -> list[UUID]:
        """The category and those above it, up to the top."""
        found: list[UUID] = []
        while category is not None:
            found.append(category)
            category = self.categories[category].parent
        return found

    def height(self, category: UUID) -> int:
        """How many levels the category and what lies below it take."""
        return 1 + max((self.height(child.id) for child in self.children(category)), default=0)

    def spelt(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """The tags with renamed ones under their new names, none twice."""
        if not self.aliases:
            return tags
        return without_repeats(self.aliases.get(normal_form(tag), tag) for tag in tags)

    @staticmethod
    def evolve(state: "Taxonomy | None", event: e.AnyTaxonomyEvent) -> "Taxonomy":
        """The state after the event; None is before the first."""
        taxonomy = state or Taxonomy()
        if isinstance(event, (e.TagRenamed, e.TagsMerged)):
            return replace(taxonomy, aliases=_renamed(taxonomy.aliases, event.tag, event.name))
        return _with(taxonomy, event.category, _changed(taxonomy.categories.get(event.category), event))


def _changed(
    category: Category | None, event: e.CategoryCreated | e.CategoryRenamed | e.CategoryMoved | e.CategoryDeleted
) -> Category | None:
    if isinstance(event, e.CategoryCreated):
        return Category(event.category, event.name, event.slug, event.parent)
    if category is None:
        return None
    match event:
        case e.CategoryRenamed():
            return replace(category, name=event.name, slug=event.slug)
        case e.CategoryMoved():
            return replace(category, parent=event.parent)
        case e.CategoryDeleted():
            return None
        case _:
            assert_never(event)


def _with(taxonomy: Taxonomy, key: UUID, category: Category | None) -> Taxonomy:
    categories = {known: each for known, each in taxonomy.categories.items() if known != key}
    if category is not None:
        categories[key] = category
    return replace(taxonomy, categories=categories, slugs=_by_slug(categories.values()))


def _by_slug(categories: Iterable[Category]) -> dict[str, UUID]:
    return {category.slug: category.id for category in categories}


def _renamed(aliases: Mapping[str, str], tag: str, name: str) -> dict[str, str]:
    """What led to the tag leads to its new name at once, so that nobody follows a chain."""
    moved = {old: name if normal_form(now) == tag else now for old, now in aliases.items()}
    return {**moved, tag: name}


def _as_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return NOBODY
