"""One Apache Kafka node (KRaft: broker and controller in one process) from its jars."""

import secrets
import shutil
import subprocess
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path

from stack.account import Account
from stack.ports import LOOPBACK, is_open
from stack.program import Program
from stack.servers.jars import fetch, read_lock
from stack.servers.java import find_java

# One node on a small machine: a small heap, no compiler threads that pay off after hours only.
_JVM = (
    *("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k", "-XX:MaxMetaspaceSize=128m"),
    *("-Djava.awt.headless=true", "-Dorg.slf4j.simpleLogger.showDateTime=true"),
    *("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dcom.sun.management.jmxremote=false"),
)


_UNSAFE_DEPRECATED = 23


class StorageNotFormatted(RuntimeError):  # noqa: N818 - named for the fact
    """Kafka's storage tool failed; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Kafka:
    """A node on the loopback alone.

    Args:
        folder: its data and configuration.
        jars: where jars are kept; stacks and tests may share it.
        port: of the broker; `controller_port` is the node's own business.
    """

    folder: Path
    jars: Path
    port: int
    controller_port: int
    account: Account = field(default_factory=Account)
    name: str = "kafka"

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def prepare(self) -> None:
        fetch(self.jars, read_lock())
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = self.folder / "server.properties"
        settings.write_text(
            "".join(f"{key}={as_property(value)}\n" for key, value in self._settings().items()), encoding="ascii"
        )
        self.account.give_all(self.folder)
        self.account.give(settings)
        if not (self.folder / "formatted").exists():
            self._format(settings)

    def program(self) -> Program:
        return self._java("kafka.Kafka", str(self.folder / "server.properties"))

    def is_ready(self) -> bool:
        """The broker opens its port once the node is registered and unfenced."""
        return is_open(self.port)

    def _java(self, main: str, *words: str) -> Program:
        classpath = f"{self.jars.resolve()}/*"
        # The native parts of compression libraries are unpacked into the temporary folder.
        temporary = f"-Djava.io.tmpdir={self.folder}"
        java = find_java()
        # Kafka unmaps files by a door that newer Java announces to close, with four lines at every start.
        quiet = ("--sun-misc-unsafe-memory-access=allow",) if java.version >= _UNSAFE_DEPRECATED else ()
        command = (str(java.path), *_JVM, *quiet, temporary, "-cp", classpath, main, *words)
        return Program(command, {"LC_ALL": "C.UTF-8"}, self.account)

    def _format(self, settings: Path) -> None:
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        cluster = urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=").replace("-", "A")
        program = self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(settings))
        made = subprocess.run(
            program.argv(), env=dict(program.environment), cwd=self.folder, capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise StorageNotFormatted(f"Kafka's storage could not be formatted: {(made.stdout + made.stderr).strip()}")
        (self.folder / "formatted").touch()

    def _settings(self) -> dict[str, object]:
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@{LOOPBACK}:{self.controller_port}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://{LOOPBACK}:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self.folder / "data",
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "transaction.state.log.num.partitions": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "share.coordinator.state.topic.num.partitions": 1,
            "group.initial.rebalance.delay.ms": 0,
            # A killed single node answers again after 4 s instead of 13: its own old session must run out first.
            "broker.session.timeout.ms": 2000,
            "broker.heartbeat.interval.ms": 300,
            "num.network.threads": 2,
            "num.io.threads": 4,
            "background.threads": 2,
            "log.cleaner.dedupe.buffer.size": 8 * 1024 * 1024,
            "log.cleaner.threads": 1,
            "log.retention.hours": 168,
            "log.segment.bytes": 128 * 1024 * 1024,
            "message.max.bytes": 2 * 1024 * 1024,
            "group.max.session.timeout.ms": 300_000,
        }


def as_property(value: object) -> str:
    """A value as Java's properties want it: they are read as Latin-1, and a backslash begins an escape."""
    units = str(value).encode("utf-16-be")
    codes = (int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2))
    return "".join(chr(code) if " " <= chr(code) <= "~" and chr(code) != "\\" else f"\\u{code:04x}" for code in codes)
