"""Every event and command there is, found by walking the domain's modules: writing the class is all the wiring."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import domain
from domain.command import Command
from domain.event import Event

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


def _without_category(stored: dict[str, Any]) -> dict[str, Any]:
    return {**stored, "category": None, "cover": None}


def _without_media(stored: dict[str, Any]) -> dict[str, Any]:
    return {**stored, "media": []}


def _without_whom_it_concerns(stored: dict[str, Any]) -> dict[str, Any]:
    return {**stored, "answered": None, "post_authors": []}


def _as_it_is(stored: dict[str, Any]) -> dict[str, Any]:
    """For a new field that means nothing unless it is named."""
    return stored


UPCASTERS: Mapping[tuple[str, int], Upcaster] = {
    ("CommentWritten", 1): _without_whom_it_concerns,
    ("PostDrafted", 1): _without_category,
    ("PostDrafted", 2): _without_media,
    ("PostRevised", 1): _without_category,
    ("PostRevised", 2): _as_it_is,
    ("ProfileUpdated", 1): _as_it_is,
}
"""From (type, schema version) to a function that gives the payload of the next version.

A stored event is never rewritten. When an event's fields change, raise its `schema_version` and enter here how the old
payload becomes the new one. It sees JSON as stored: a personal field is a box, to be moved or dropped, not read.
"""


@cache
def _classes() -> tuple[type, ...]:
    return tuple(dict.fromkeys(_walked()))


def _walked() -> Iterator[type]:
    for module in sorted(found.name for found in pkgutil.walk_packages(domain.__path__, "domain.")):
        for _, found_class in inspect.getmembers(import_module(module), inspect.isclass):
            if found_class.__module__ == module:
                yield found_class


def _events() -> tuple[type[Event], ...]:
    # An event is a leaf: a class between Event and a leaf (PostEvent) only shares fields.
    return tuple(c for c in _classes() if issubclass(c, Event) and c is not Event and not c.__subclasses__())


def _commands() -> Mapping[str, type[Command]]:
    return {c.__name__: c for c in _classes() if issubclass(c, Command) and not inspect.isabstract(c)}


EVENTS: tuple[type[Event], ...] = _events()
COMMANDS: Mapping[str, type[Command]] = _commands()

AGGREGATES: Mapping[str, type[Any]] = {
    command.aggregate.__name__.lower(): command.aggregate for command in COMMANDS.values()
}
"""From a stream's kind, which its id begins with (`post` of `post-0192...`), to the state that it folds to."""
