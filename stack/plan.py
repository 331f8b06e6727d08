"""Decides what one stack consists of: which servers are ours, on which ports, and what each process is told."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from migrations.roles import with_database
from stack.account import server_account
from stack.addresses import Addresses
from stack.credentials import Credentials
from stack.home import Home, write_whole
from stack.ports import LOOPBACK, free_port, is_free, owner_of
from stack.problem import StackProblem
from stack.processes import PROCESSES, Process
from stack.program import Server
from stack.servers.kafka import Kafka
from stack.servers.postgres import BIN, REBUILDABLE, STRICT, Postgres
from stack.servers.smtp import Smtp
from stack.servers.valkey import Valkey
from stack.settings import StackSettings

LOG_DATABASE, READ_DATABASE = "palimpsest_log", "palimpsest_read"


@dataclass(frozen=True, slots=True)
class Plan:
    """Servers that we start ourselves, where all of them answer, and the processes of this bus."""

    log: Postgres | None
    read: Postgres | None
    kafka: Kafka | None
    valkey: Valkey | None
    smtp: Smtp | None
    addresses: Addresses
    processes: tuple[Process, ...]

    @property
    def servers(self) -> list[Server]:
        ours: tuple[Server | None, ...] = (self.log, self.read, self.kafka, self.valkey, self.smtp)
        return [server for server in ours if server]


def plan(
    settings: StackSettings, home: Home, credentials: Credentials, processes: tuple[Process, ...] = PROCESSES
) -> Plan:
    """Chooses ports and servers.

    Raises:
        StackProblem: a port that cannot be chosen freely is taken.
    """
    wants_kafka = settings.bus == "kafka"
    running = tuple(each for each in processes if wants_kafka or not each.only_with_kafka)
    at = _Ports(home, _http_ports(settings.port, running))
    ours = _servers(settings, home, credentials, at)
    addresses = Addresses(
        log=settings.log_url or with_database(ours.log.url(), LOG_DATABASE),
        read=settings.read_url or with_database(ours.read.url(), READ_DATABASE),
        redis=settings.redis_url or ours.valkey.url,
        smtp=settings.smtp_url or ours.smtp.url,
        kafka=(settings.kafka or ours.kafka.address) if wants_kafka else "",
        topic=settings.topic,
        public=settings.public_url or f"http://localhost:{settings.port + 1}",
        media=settings.media_url or home.media.resolve().as_uri(),
        home=str(home.path.resolve()),
        host=LOOPBACK,
        http={each.name: at[each.name] for each in running},
    )
    at.save()
    return Plan(
        None if settings.log_url else ours.log,
        None if settings.read_url else ours.read,
        ours.kafka if wants_kafka and not settings.kafka else None,
        None if settings.redis_url else ours.valkey,
        None if settings.smtp_url else ours.smtp,
        addresses,
        running,
    )


class _Servers(NamedTuple):
    """Every server as ours, whether it will be needed or not."""

    log: Postgres
    read: Postgres
    kafka: Kafka
    valkey: Valkey
    smtp: Smtp


def _servers(settings: StackSettings, home: Home, credentials: Credentials, at: "_Ports") -> _Servers:
    folder = home.server
    jars = (settings.cache or home.cache) / "jars"
    account = server_account(folder("any"), jars / "any", BIN)
    return _Servers(
        Postgres("postgres-log", folder("log"), at["log"], credentials.postgres, STRICT, account),
        Postgres("postgres-read", folder("read"), at["read"], credentials.postgres, REBUILDABLE, account),
        Kafka(folder("kafka"), jars, at["kafka"], at["kafka_controller"], account),
        Valkey(folder("valkey"), at["valkey"], credentials.valkey, account),
        Smtp(home.mail, at["smtp"]),
    )


class _Ports:
    """Ports by name: the given ones, else free ones, the same as last time where they are still free."""

    def __init__(self, home: Home, given: Mapping[str, int]) -> None:
        self._file: Path = home.ports
        self._before: dict[str, int] = _read(home.ports)
        self._chosen: dict[str, int] = {**given}

    def __getitem__(self, name: str) -> int:
        if name not in self._chosen:
            port = self._before.get(name, 0)
            if not port or port in self._chosen.values() or not is_free(port):
                port = free_port(besides=self._chosen.values())
            self._chosen[name] = port
        return self._chosen[name]

    def save(self) -> None:
        write_whole(self._file, json.dumps(self._chosen))


def _read(file: Path) -> dict[str, int]:
    try:
        return {str(name): int(port) for name, port in json.loads(file.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _http_ports(first: int, processes: Iterable[Process]) -> dict[str, int]:
    ports = {each.name: first + each.port_offset for each in processes if each.port_offset is not None}
    for name, port in ports.items():
        if not is_free(port):
            raise StackProblem(
                f"port {port}, which {name} needs, is taken by {owner_of(port)}. Set PALIMPSEST_PORT to another first "
                f"port, such as {first + 100}, or end that process"
            )
    return ports
