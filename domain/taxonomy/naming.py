"""How categories are named by people, and by what is asked of them."""

import unicodedata
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from domain.posts import slugs
from domain.posts.tags import normal_form
from domain.taxonomy.refusals import CategoryNameTaken, CategorySlugTaken
from domain.taxonomy.taxonomy import Category, Taxonomy
from domain.text import SINGLE_LINE, STRIPPED


def _as_written_in_urls(wanted: str) -> str:
    return unicodedata.normalize("NFKC", wanted).lower()


CategoryName: TypeAlias = Annotated[str, STRIPPED, Field(min_length=1, max_length=100), SINGLE_LINE]
WhichCategory: TypeAlias = Annotated[
    str, STRIPPED, Field(min_length=1, max_length=200), SINGLE_LINE, AfterValidator(_as_written_in_urls)
]
"""An id or a slug."""


def require_free_name(taxonomy: Taxonomy, category: Category) -> None:
    """Names are compared as tags are: without case, however spaces are written.

    Raises:
        CategoryNameTaken: another one under the same parent has it.
    """
    form = normal_form(category.name)
    siblings = taxonomy.children(category.parent)
    if any(normal_form(each.name) == form for each in siblings if each.id != category.id):
        raise CategoryNameTaken("Another category under the same parent has this name.", field="/name")


def require_free_slug(taxonomy: Taxonomy, category: Category) -> None:
    """Raises CategorySlugTaken: another one has it."""
    if taxonomy.slugs.get(category.slug, category.id) != category.id:
        free = derived_slug(taxonomy, category.slug)
        raise CategorySlugTaken(f"Another category has {category.slug}; {free} is free.", field="/slug")


def derived_slug(taxonomy: Taxonomy, name: str) -> str:
    """The first of `name`, `name-2`, `name-3` ... that no category has."""
    stem = slugs.derive(name, "category")
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(taxonomy.slugs) + 3))]
    return next(slug for slug in candidates if slug not in taxonomy.slugs)
