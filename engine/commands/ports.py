"""What the engine needs of a domain's commands and decisions: the names of their attributes, nothing more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from kit.consistency import ConsistencyToken


class Name(Protocol):
    """A dataclass: the engine makes changed copies of it."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def is_private(self) -> bool: ...


class Guard(Protocol):
    @property
    def stream(self) -> str: ...
    @property
    def version(self) -> int: ...


class Secret(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def expires_at(self) -> datetime | None: ...


class Decision(Protocol):
    @property
    def events(self) -> Sequence[Any]: ...
    @property
    def claims(self) -> Sequence[Any]: ...
    @property
    def releases(self) -> Sequence[Any]: ...
    @property
    def guards(self) -> Sequence[Any]: ...
    @property
    def secrets(self) -> Sequence[Any]: ...
    @property
    def new_keys_for(self) -> UUID | None: ...
    @property
    def destroyed_keys(self) -> Sequence[tuple[UUID, Any]]: ...


class Command(Protocol):
    """Its aggregate is the state's class, with `evolve(state | None, event) -> state`; `others` has more of them."""

    aggregate: ClassVar[type[Any]]

    @property
    def stream(self) -> str: ...
    @property
    def partition_key(self) -> str: ...
    @property
    def others(self) -> Mapping[str, type[Any]]: ...
    def decide(self, state: Any, context: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class IdempotencyRequest:
    """`scope` is the actor, or the door when anonymous; `answer` is what the door needs to answer the same again."""

    scope: str
    key: str
    request_hash: bytes
    answer: str


@dataclass(frozen=True, slots=True)
class Executed:
    """What became of a command. A repeat has no events and no state: only its first answer."""

    stream: str
    version: int
    token: ConsistencyToken
    events: tuple[Any, ...]
    answer: str
    is_repeat: bool
    state: Any
