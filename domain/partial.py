"""Commands that change some fields and leave the others: an absent field is unchanged, as in a PATCH."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import BaseModel, model_validator


class PartialChange(BaseModel):
    """The fields of a partial change are optional; null is accepted for `clearable` ones alone."""

    clearable: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def _null_only_where_it_clears(self) -> Self:
        for field in self.model_fields_set - self.clearable:
            if getattr(self, field) is None:
                raise ValueError(f"{field} cannot be null; leave it out to keep it")
        return self

    def changes(
        self, is_change: Callable[[str, Any], bool], meant: Mapping[str, Any] = MappingProxyType({})
    ) -> dict[str, Any]:
        """The given fields whose value is a change, in the order of declaration; the id is none of them.

        Args:
            is_change: of a field and its value.
            meant: values that stand for those that were given.
        """
        optional = (name for name, field in type(self).model_fields.items() if not field.is_required())
        given = {name: meant.get(name, getattr(self, name)) for name in optional if name in self.model_fields_set}
        return {name: value for name, value in given.items() if is_change(name, value)}
