"""What a command is, who asks, and what deciding gives."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.event import Event, Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `account` is None for someone not signed in; `is_system` is the clock, a job or an operator."""

    account: UUID | None = None
    roles: frozenset[str] = frozenset()
    is_system: bool = False

    @property
    def is_editor(self) -> bool:
        return self.is_system or bool(self.roles & {"editor", "admin"})

    @property
    def is_admin(self) -> bool:
        return self.is_system or "admin" in self.roles


@dataclass(frozen=True, slots=True)
class Name:
    """A name that only one stream may hold. A private one (an address) is kept as a keyed hash."""

    kind: str
    value: str
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """Another stream that must still be at this version when the events are stored."""

    stream: str
    version: int


class Other(Protocol):
    """Another stream as a decision sees it; None and 0 when it has no events."""

    @property
    def state(self) -> Any: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """A file that is stored, and what was found in it; nothing of it is as somebody said."""

    sha256: str
    """64 hexadecimal digits."""
    media_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may know besides the state and the command; all of it made outside."""

    actor: Actor
    now: datetime
    taken: frozenset[Name] = frozenset()
    """Names that other streams hold, as far as known: filled in after a claim was refused, to pick the next."""
    password_hash: str | None = None
    """argon2id hash of the new password, for the commands that set one."""
    one_time_token: str | None = None
    """A fresh random token, for the commands that send a link."""
    stored_bytes: StoredBytes | None = None
    """What a door has just stored, for the command that begins with it."""
    signing_secret: str | None = None
    """A fresh secret, for the commands that have a webhook's messages signed with one."""
    former_secret: str | None = None
    """The one that they were signed with until now."""
    allows_http: bool = False
    """Whether the operator lets webhooks be sent in the clear."""
    others: Mapping[str, Other] = field(default_factory=dict)
    """By stream, what `Command.others` asked for. It may have changed since, unless the decision guards it."""

    def guard(self, stream: str) -> Guard:
        """The promise that one of the others is as it was seen when the events are stored."""
        return Guard(stream, self.others[stream].version)


@dataclass(frozen=True, slots=True)
class Secret:
    """Something written beside the log, never in it, under (stream, kind). A value of None removes it."""

    kind: str
    value: str | None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is stored, all or nothing, when a command is accepted. No events: nothing had to change."""

    events: tuple[Event, ...] = ()
    claims: tuple[Name, ...] = ()
    releases: tuple[Name, ...] = ()
    guards: tuple[Guard, ...] = ()
    secrets: tuple[Secret, ...] = ()
    new_keys_for: UUID | None = None
    """An account that gets its personal keys (both scopes) with this decision."""
    destroyed_keys: tuple[tuple[UUID, Scope], ...] = field(default=())


class Command(BaseModel):
    """A wish, in the imperative. Subclasses are the feature list; the class name is its public name.

    `State` stands for the aggregate's state class (`Account`, `Post`); `None` is a stream without events.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    aggregate: ClassVar[type[Any]]
    """The state class: has `evolve(state | None, event) -> state` as a static method."""

    @property
    @abstractmethod
    def stream(self) -> str:
        """The stream that the command decides on, such as `post-0192...`."""

    @property
    @abstractmethod
    def partition_key(self) -> str:
        """What keeps events in order together; see the stream table of docs/domain.md."""

    @property
    def others(self) -> Mapping[str, type[Any]]:
        """Further streams that the decision looks at, with their state's class."""
        return {}

    @abstractmethod
    def decide(self, state: Any, context: Context) -> Decision:
        """Returns what happens, or raises a `Refusal`."""
