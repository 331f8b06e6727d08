"""The base of every event: an immutable fact with a name, a schema version and perhaps personal fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Scope(StrEnum):
    """Which of an account's keys protects a field: who somebody is, or what they wrote."""

    IDENTITY = "identity"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a field as encrypted at rest: `Annotated[str | None, Personal(Scope.CONTENT)]`.

    A marked field is `str | None`: None is what a fold sees once the key has been destroyed.
    """

    scope: Scope


class Event(BaseModel):
    """A fact. The class name is the event's type; a stored one is never rewritten, only upcast when read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: ClassVar[int] = 1
    personal_of: ClassVar[str] = ""
    """The field that names the account whose keys protect the personal fields; empty when there are none."""

    @classmethod
    @cache
    def personal_fields(cls) -> Mapping[str, Scope]:
        return {
            name: mark.scope
            for name, field in cls.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Personal)
        }
