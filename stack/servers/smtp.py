"""A mail server that delivers nowhere: each mail becomes an .eml file."""

import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from stack.ports import LOOPBACK
from stack.program import Program

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Smtp:
    """The sink as a process of its own. Mails lie in `folder`, named so that they sort by time."""

    folder: Path
    port: int
    name: str = "smtp"

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.port}"

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def program(self) -> Program:
        command = (sys.executable, "-m", "stack.servers.smtp_sink", LOOPBACK, str(self.port), str(self.folder))
        return Program(command, {"PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"})

    def is_ready(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False
