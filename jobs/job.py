"""What a job declares: what causes it, what is done, and within which limits."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias
from uuid import UUID

from domain.event import Event
from engine.log.records import Recorded

Queue: TypeAlias = Literal["mail", "quick", "heavy"]
_LEASE_S = 60
_TIME_TO_RECORD_S = 15
_USUAL_S: Mapping[Queue, float] = {"mail": 600, "quick": 45, "heavy": 45}
"""A mail server may take its time: a mail that is given up before its answer comes twice."""


class Tick(NamedTuple):
    """A moment of the timetable, which causes a job where there is no event."""

    id: UUID
    job: str
    time: datetime


Cause: TypeAlias = Recorded | Tick


@dataclass(frozen=True, slots=True)
class Share:
    """What was done of a job that is too long for one attempt. Unless it was the last, it goes on at once."""

    steps: int
    """In the job's own measure, such as posts; added up in the ledger."""
    is_last: bool


class TooEarly(Exception):  # noqa: N818 - named for the fact
    """The job's time has not come: it waits until then, and this was no attempt."""

    def __init__(self, time: datetime) -> None:
        super().__init__(time)
        self.time = time


class GivenUp(Exception):  # noqa: N818 - named for the fact
    """The job can never be done: it is parked at once, with this reason, which names nobody."""


class Dropped(GivenUp):
    """Nobody would get it: it is given up at once, with this reason, and no operator need look at it."""


class NotNow(Exception):  # noqa: N818 - named for the fact
    """The other side asked to wait. That was an attempt; the next one comes so many seconds later."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Away(Exception):  # noqa: N818 - named for the fact
    """The other side cannot be reached, by anybody: the job's whole queue waits for it with a single one looking."""


@dataclass(frozen=True, slots=True)
class Retry:
    """When a job that failed is tried again: after `first_s`, then twice as long each time, up to `longest_s`."""

    first_s: float = 5.0
    longest_s: float = 6 * 60 * 60
    most: int = 20
    """Attempts, the first one included. As it is: two days and some hours, longer than a bad weekend night."""


@dataclass(frozen=True, slots=True)
class Job:
    """Done at least once for each event of `causes`, or for each tick when it is in the timetable.

    `perform` gets the cause and raises when it could not do its work: it is tried again later. It must be harmless
    when done twice, or say in its module what a reader sees then. A long one gives a `Share` well within its time, so
    that a worker that dies keeps others from it for a moment only.
    """

    name: str
    """Stored: it never changes."""
    causes: tuple[type[Event], ...]
    """None of them: the timetable causes it."""
    perform: Callable[..., Awaitable[Share | None]]
    """(cause, tools), and a third, the subject, where there is `each`."""
    time_limit_s: float | None = None
    """Of an attempt; None: what is usual in its queue."""
    time: Callable[[Mapping[str, Any]], datetime] | None = None
    """When it is to be done, by the event's data as stored; None: at once.

    At its time every process tries, and takes over within a second from one that dies: it may be done twice at once.
    """
    queue: Queue = "quick"
    """Queues have workers of their own: no mail waits for a film."""
    retry: Retry = Retry()
    expires_s: float | None = None
    """Not begun so long after it was due, it is never done."""
    at_once: int | None = None
    """How many run at once in one process; None: as many as its queue has workers."""
    each: Callable[..., Awaitable[Iterable[UUID]]] | None = None
    """(cause, tools) to those whom it is about. Each is a job of its own: one that fails keeps no other waiting."""

    @property
    def limit_s(self) -> float:
        return self.time_limit_s or _USUAL_S[self.queue]

    @property
    def lease_s(self) -> float:
        """How long a worker that died with it in hand keeps others from it. A longer job renews it on its way."""
        return min(self.limit_s + _TIME_TO_RECORD_S, _LEASE_S)

    @property
    def outlives_its_lease(self) -> bool:
        return self.limit_s + _TIME_TO_RECORD_S > _LEASE_S
