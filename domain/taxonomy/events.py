"""What can happen to categories and tags."""

from typing import TypeAlias
from uuid import UUID

from domain.event import Event


class TaxonomyEvent(Event):
    """An event of the one stream `taxonomy`."""


class CategoryEvent(TaxonomyEvent):
    category: UUID


class CategoryCreated(CategoryEvent):
    name: str
    slug: str
    parent: UUID | None
    """None: at the top."""


class CategoryRenamed(CategoryEvent):
    """Both as they are now; perhaps one alone has changed."""

    name: str
    slug: str


class CategoryMoved(CategoryEvent):
    """With all that lies below it."""

    parent: UUID | None


class CategoryDeleted(CategoryEvent):
    """It had nothing below it. Posts that name it have none now."""


class TagRenamed(TaxonomyEvent):
    """From now on a post that has the tag has the new one. A job rewrites those that had it before."""

    tag: str
    """The old one's normal form."""
    name: str
    """The new spelling; perhaps of the same normal form, perhaps of another tag that posts have."""


class TagsMerged(TaxonomyEvent):
    """As `TagRenamed`, into a tag that is there."""

    tag: str
    into: str
    """Both in their normal forms."""
    name: str
    """How `into` is spelt."""


AnyTaxonomyEvent: TypeAlias = (
    CategoryCreated | CategoryRenamed | CategoryMoved | CategoryDeleted | TagRenamed | TagsMerged
)
