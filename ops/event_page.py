"""docs/events.md: every event as its class says it, for people. Written by `./palimpsest catalogue`."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from domain.catalogue import EVENTS
from domain.event import Event

PAGE = Path(__file__).parent.parent / "docs" / "events.md"
_HEAD = """\
# What can happen: the events

Every event that the log holds, by its stream. Written from `domain/*/events.py` by `./palimpsest catalogue`; a test
fails when it is old. `docs/events` holds a JSON schema and a sample of each version that was ever stored.

- An event is never rewritten. One of an older version is given today's shape when it is read (`domain/catalogue.py`).
- **personal**: encrypted with a key of the account that the event names, for its identity or for its content; null once
  that key is destroyed.
- Beside what is listed the log keeps of each event its id, stream, version, position, partition and sequence, when it
  was recorded, who did it, what caused it, and the ids of the request.
"""


def page() -> str:
    """The page as it should be."""
    events = sorted(EVENTS, key=lambda event: event.__module__)
    parts = groupby(events, key=lambda event: event.__module__)
    return _HEAD + "".join(_part(module, list(found)) for module, found in parts)


def write() -> bool:
    """Whether there was anything to write."""
    new = page()
    is_new = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != new
    if is_new:
        PAGE.write_text(new, encoding="utf-8")
    return is_new


def _part(module: str, events: list[type[Event]]) -> str:
    in_order = sorted(events, key=lambda event: inspect.getsourcelines(event)[1])
    title = module.split(".")[1].capitalize()
    return f"\n## {title}\n\n{_said_of_all(events)}\n" + "".join(map(_event, in_order))


def _said_of_all(events: list[type[Event]]) -> str:
    """By the class that they share, which names the stream."""
    return _in_one_line(_lineage(events[0])[0].__doc__ or "")


def _event(event: type[Event]) -> str:
    said = f" {_in_one_line(event.__doc__)}" if event.__doc__ else ""
    meanings = _meanings(event)
    lines = [f"- `{name}`: {_kind(event, name)}. {meanings.get(name, '')}".rstrip() for name in event.model_fields]
    return f"\n**{event.__name__}**, version {event.schema_version}.{said}\n\n" + "\n".join(lines) + "\n"


def _kind(event: type[Event], name: str) -> str:
    field = event.model_fields[name]
    scope = event.personal_fields().get(name)
    personal = f", personal: {scope.value} of `{event.personal_of}`" if scope else ""
    return _type_name(field.annotation) + personal


def _type_name(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_name(arguments[0])
    if origin is tuple:
        return f"list of {_type_name(arguments[0])}"
    if annotation is type(None):
        return "null"
    if isinstance(annotation, type) and not arguments:
        return {"str": "text", "int": "whole number", "bool": "true or false", "datetime": "time", "UUID": "id"}.get(
            annotation.__name__, annotation.__name__
        )
    return " or ".join(f"`{each}`" if isinstance(each, str) else _type_name(each) for each in arguments)


def _meanings(event: type[Event]) -> Mapping[str, str]:
    """What stands below each field in the class and in those that it extends."""
    return {name: said for each in _lineage(event) for name, said in _documented(each)}


def _lineage(event: type[Event]) -> list[type[Event]]:
    """The classes from what a stream's events share down to this one."""
    return [each for each in reversed(event.__mro__) if issubclass(each, Event) and each is not Event]


def _documented(event: type[Event]) -> Iterator[tuple[str, str]]:
    body = ast.parse(inspect.getsource(event)).body[0]
    if isinstance(body, ast.ClassDef):
        for field, said in pairwise(body.body):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(said, ast.Expr):
                yield field.target.id, _in_one_line(ast.literal_eval(said.value))


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
