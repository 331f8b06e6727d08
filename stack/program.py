"""What the supervisor and tests start: a program with its environment, account and way of being stopped."""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from stack.account import Account

_LAUNCH = str(Path(__file__).with_name("launch.py"))


@dataclass(frozen=True, slots=True)
class Program:
    """A command line and what it runs with. The environment is whole: nothing of ours is inherited."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Account = field(default_factory=Account)
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    """What the kernel sends it when its parent dies."""

    def argv(self) -> tuple[str, ...]:
        """The command line that starts it as a child of this process."""
        uid = -1 if self.account.uid is None else self.account.uid
        gid = -1 if self.account.gid is None else self.account.gid
        limits = (os.getpid(), int(self.death_signal), uid, gid, self.account.capability)
        return (sys.executable, "-I", "-S", _LAUNCH, *map(str, limits), *self.command)


class Server(Protocol):
    """A server that `up` and tests start: PostgreSQL, Kafka, Valkey, the mail sink."""

    @property
    def name(self) -> str: ...

    def prepare(self) -> None:
        """Makes the folder ready: safe to repeat, and after a death at any moment. Blocks."""

    def program(self) -> Program: ...

    def is_ready(self) -> bool:
        """Whether it serves. Quick, and false rather than an error."""
