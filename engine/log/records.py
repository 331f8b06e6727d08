"""The shapes that cross the event log's boundary: what is appended, what is stored, what is decoded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class StoredEvent(NamedTuple):
    """An event as the log holds it. A NamedTuple because it is made a hundred thousand times a second."""

    id: UUID
    append_id: UUID
    position: int
    partition: int
    sequence: int
    key: str
    stream: str
    version: int
    type: str
    schema_version: int
    data: str
    """JSON; personal fields are encrypted."""
    metadata: str
    """JSON: actor, correlation, causation, traceparent; each may be absent."""
    recorded_at: datetime


class Recorded(NamedTuple):
    """A decoded event with the facts of its recording: what folds receive."""

    event: Any
    id: UUID
    position: int
    partition: int
    sequence: int
    key: str
    stream: str
    version: int
    recorded_at: datetime
    metadata: str


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An encoded event on its way into the log."""

    id: UUID
    type: str
    schema_version: int
    data: str
    metadata: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A unique name as stored: `value` is already a keyed hash when the name is private."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class StreamGuard:
    stream: str
    version: int


@dataclass(frozen=True, slots=True)
class SecretWrite:
    kind: str
    value: str | None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonalKey:
    account: UUID
    scope: str
    key: bytes


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """`scope` is the actor or the door; `answer` is what the door needs to answer the same again (JSON)."""

    scope: str
    key: str
    request_hash: bytes
    answer: str


@dataclass(frozen=True, slots=True)
class Append:
    """Events for one stream, stored all or nothing together with what goes beside the log."""

    append_id: UUID
    stream: str
    expected_version: int
    """The stream's version before this append; 0 for a new stream."""
    partition_key: str
    events: tuple[NewEvent, ...]
    claims: tuple[Claim, ...] = ()
    releases: tuple[Claim, ...] = ()
    guards: tuple[StreamGuard, ...] = ()
    secrets: tuple[SecretWrite, ...] = ()
    new_keys: tuple[PersonalKey, ...] = ()
    destroyed_keys: tuple[tuple[UUID, str], ...] = ()
    idempotency: IdempotencyRecord | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an append's events are: the last of each dense number."""

    position: int
    version: int
    partition: int
    sequence: int
    recorded_at: datetime
    epoch: int = 1


class AppendRefused(Exception):  # noqa: N818 - named for the fact
    """The log did not store this append; its neighbours in the group are untouched."""


class VersionConflict(AppendRefused):
    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class ClaimTaken(AppendRefused):
    def __init__(self, kind: str, value: str) -> None:
        super().__init__(f"the {kind} is taken")
        self.kind, self.value = kind, value


class GuardFailed(AppendRefused):
    def __init__(self, stream: str) -> None:
        super().__init__(f"{stream} has moved on")
        self.stream = stream


class KeyUsed(AppendRefused):
    """The idempotency key has a stored result already: look it up."""


class OutcomeUnknown(Exception):  # noqa: N818 - named for the fact
    """The connection was lost at commit and the deadline passed: retry with the same idempotency key."""


class LogUnavailable(Exception):  # noqa: N818 - named for the fact
    """The log database cannot be reached; nothing was stored."""


class AppendFailed(Exception):  # noqa: N818 - named for the fact
    """The database cannot store this append, whatever is tried (a value it does not take): nothing was stored."""
