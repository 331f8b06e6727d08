"""A sample payload of an event, made from its fields: what the catalogue keeps of each version."""

import types
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from domain.event import Event

_TIME = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
_BY_TYPE: Mapping[Any, Any] = {UUID: UUID(int=0x1), datetime: _TIME, bool: True, int: 1, float: 0.5, str: "text"}
_BY_NAME: Mapping[str, Any] = {
    "address": "ana@example.org",
    "handle": "ana",
    "name": "Ana",
    "language": "en",
    "time_zone": "Europe/Vienna",
    "role": "editor",
    "roles": ["author"],
    "slug": "a-title",
    "title": "A title",
    "body": "A body of *Markdown*.",
    "tags": ["News", "Open Data"],
    "by_mail": ["reply"],
}


def sample_of(event: type[Event]) -> dict[str, Any]:
    """Gives a payload that the event's class accepts, as JSON values, every field filled."""
    fields = {name: _BY_NAME.get(name) or _value(field.annotation) for name, field in event.model_fields.items()}
    if "changed" in fields:
        fields["changed"] = [name for name, field in event.model_fields.items() if not field.is_required()]
    sample: dict[str, Any] = to_jsonable_python(fields)
    return sample


def _value(annotation: Any) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return [_value(arguments[0])]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {name: _BY_NAME.get(name) or _value(field.annotation) for name, field in annotation.model_fields.items()}
    if origin is Literal:
        return arguments[0]
    if origin in (types.UnionType, Union):
        return _value(next(one for one in arguments if one is not type(None)))
    return _BY_TYPE[annotation]
