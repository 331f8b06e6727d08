"""What jobs may use."""

from dataclasses import dataclass

from engine.commands.executor import CommandExecutor
from jobs.links import Links
from jobs.mailer import Mailer
from jobs.media_bytes import MediaBytes
from jobs.readers import Readers


@dataclass(frozen=True, slots=True)
class Tools:
    mailer: Mailer
    links: Links
    executor: CommandExecutor
    readers: Readers
    media_bytes: MediaBytes
