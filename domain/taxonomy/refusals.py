"""Why a command on categories or tags is not accepted."""

from typing import ClassVar

from domain.refusal import Refusal


class NoSuchCategory(Refusal):
    """There never was one of this id, or it is deleted."""

    status: ClassVar[int] = 404


class CategoryUnknown(Refusal):
    """A field names a category, and there is none of this id or slug."""

    status: ClassVar[int] = 422


class CategoryExists(Refusal):
    """The id is in use."""


class CategoryNameTaken(Refusal):
    """Another one under the same parent has it."""


class CategorySlugTaken(Refusal):
    pass


class CategoryBelowItself(Refusal):
    pass


class CategoryTooDeep(Refusal):
    pass


class CategoryHasChildren(Refusal):
    pass


class TooManyCategories(Refusal):
    pass


class TooManyRenamedTags(Refusal):
    pass


class TagIsTheSame(Refusal):
    """A tag cannot be merged into itself."""

    status: ClassVar[int] = 422
