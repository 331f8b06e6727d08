"""What all commands on categories and tags share."""

from typing import Any, ClassVar
from uuid import UUID

from domain.command import Command, Context
from domain.rights import require_editor
from domain.taxonomy.refusals import CategoryBelowItself, CategoryTooDeep, CategoryUnknown, NoSuchCategory
from domain.taxonomy.taxonomy import Category, Taxonomy

STREAM = "taxonomy"
DEEPEST = 6


class TaxonomyCommand(Command):
    aggregate: ClassVar[type[Any]] = Taxonomy

    @property
    def stream(self) -> str:
        return STREAM

    @property
    def partition_key(self) -> str:
        return STREAM


class CategoryCommand(TaxonomyCommand):
    category: UUID


def editable(state: Taxonomy | None, context: Context) -> Taxonomy:
    """Gives the taxonomy to somebody who may change it.

    Raises:
        SignInRequired, EditorsOnly.
    """
    require_editor(context.actor)
    return state or Taxonomy()


def existing(taxonomy: Taxonomy, category: UUID) -> Category:
    """Gives the category.

    Raises:
        NoSuchCategory: there is none of this id.
    """
    found = taxonomy.categories.get(category)
    if found is None:
        raise NoSuchCategory("There is no such category.")
    return found


def named(taxonomy: Taxonomy, wanted: str, field: str) -> UUID:
    """Gives the id of a category that a field names by id or slug.

    Raises:
        CategoryUnknown: there is none.
    """
    found = taxonomy.find(wanted)
    if found is None:
        raise CategoryUnknown("There is no category of this id or slug.", field=field)
    return found.id


def require_place(taxonomy: Taxonomy, category: UUID, parent: UUID | None, *, levels: int = 1) -> None:
    """Checks that a category of so many levels can lie there.

    Raises:
        CategoryBelowItself, CategoryTooDeep.
    """
    above = taxonomy.path(parent)
    if category in above:
        raise CategoryBelowItself("A category cannot lie below itself; choose another parent.", field="/parent")
    if len(above) + levels > DEEPEST:
        raise CategoryTooDeep(f"Categories are at most {DEEPEST} deep.", field="/parent")
