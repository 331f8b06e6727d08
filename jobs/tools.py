"""What jobs may use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from engine.commands.executor import CommandExecutor
from jobs.audience import Audience
from jobs.chores import Chores
from jobs.day_counts import DayCounts
from jobs.history import History
from jobs.links import Links
from jobs.mailer import Mailer
from jobs.mailroom import Mailroom
from jobs.media_bytes import MediaBytes
from jobs.notice_limit import NoticeLimit
from jobs.readers import Readers
from jobs.refused_addresses import RefusedAddresses
from jobs.upkeep import Upkeep
from kit.films.films import Films
from kit.pictures.pictures import Pictures

Progress: TypeAlias = Callable[[int, int | None], Awaitable[None]]


async def untold(_done: int, _total: int | None) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    mailer: Mailer
    mailroom: Mailroom
    refused_addresses: RefusedAddresses
    notice_limit: NoticeLimit
    links: Links
    audience: Audience
    day_counts: DayCounts
    history: History
    executor: CommandExecutor
    readers: Readers
    media_bytes: MediaBytes
    pictures: Pictures
    films: Films
    chores: Chores
    upkeep: Upkeep
    progress: Progress = untold
    """How far a long job is, in its own measure: `await tools.progress(done, total)`, as often as one likes."""
