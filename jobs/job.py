"""What a job declares: the events that cause it, and what is done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.event import Event
from engine.log.records import Recorded
from jobs.tools import Tools

_TIME_TO_RECORD_S = 15


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


@dataclass(frozen=True, slots=True)
class Job:
    """Done at least once for each event of `causes`. `name` is stored: it never changes.

    `perform` gets the event and raises when it could not do its work: it is tried again later. It must be harmless
    when done twice, or say in its module what a reader sees then. A long one gives a `Share` well within its time, so
    that a worker that dies keeps others from it for a moment only.
    """

    name: str
    causes: tuple[type[Event], ...]
    perform: Callable[[Recorded, Tools], Awaitable[Share | None]]
    time_limit_s: float = 45
    time: Callable[[Mapping[str, Any]], datetime] | None = None
    """When it is to be done, by the event's data as stored; None: at once.

    At its time every process tries, and takes over within a second from one that dies: it may be done twice at once.
    """

    @property
    def lease_s(self) -> float:
        """How long a worker that died with it in hand keeps others from it."""
        return self.time_limit_s + _TIME_TO_RECORD_S
