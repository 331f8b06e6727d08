"""Given events, when a command, then events or a refusal: how a domain test reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from typing import Any
from uuid import UUID

import pytest

from domain.command import Actor, Command, Context, Decision, Name, Other, StoredBytes
from domain.event import Event
from domain.refusal import Refusal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANA, BEN, POST = UUID(int=0xA), UUID(int=0xB), UUID(int=0xC)
MEDIA = UUID(int=0xD0)
HOOK = UUID(int=0xE0)
COMMENT_ABOVE, COMMENT = UUID(int=0xC0), UUID(int=0xC1)

ANONYMOUS = Actor()
SYSTEM = Actor(is_system=True)
ANA_WRITES = Actor(ANA, frozenset({"author"}))
BEN_WRITES = Actor(BEN, frozenset({"author"}))
EDITOR = Actor(UUID(int=0xED), frozenset({"editor"}))
ADMIN = Actor(UUID(int=0xAD), frozenset({"admin"}))
STORED = StoredBytes("a" * 64, "image/png", 1234, 800, 600)


@dataclass(frozen=True)
class Given:
    history: tuple[Event, ...]
    beside: dict[str, Any] = field(default_factory=dict)

    def knowing(self, **beside: Any) -> "Given":
        return Given(self.history, {**self.beside, **beside})

    def when(self, command: Command, by: Actor) -> Decision:
        context = context_of(command, by, **self.beside)
        return command.decide(fold(type(command).aggregate, self.history), context)

    def refuses(self, command: Command, by: Actor, refusal: type[Refusal], pointer: str | None = None) -> Refusal:
        with pytest.raises(refusal) as caught:
            self.when(command, by)
        assert caught.value.field == pointer
        assert caught.value.detail.endswith(".")
        return caught.value


@dataclass(frozen=True)
class Beside:
    """Another stream as a decision sees it."""

    state: Any = None
    version: int = 0


def context_of(command: Command, by: Actor, *, others: Mapping[str, Other] | None = None, **beside: Any) -> Context:
    """What the command may know; of the streams that it looks at, those not given have no events."""
    nothing = dict.fromkeys(command.others, Beside())
    return Context(**{"actor": by, "now": NOW, "others": {**nothing, **(others or {})}, **beside})


def given(*history: Event) -> Given:
    return Given(history)


def fold(aggregate: Any, history: Iterable[Event], state: Any = None) -> Any:
    return reduce(aggregate.evolve, history, state)


def slugs(*values: str) -> frozenset[Name]:
    return frozenset(Name("slug", value) for value in values)
