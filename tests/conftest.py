"""The servers that tests ask for by name. Each starts when the first test asks for it."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from stack.ports import free_port
from stack.servers.jars import JarsUnavailable
from stack.servers.java import JavaMissing
from stack.servers.postgres import ClusterNotMade
from stack.servers.smtp import Smtp
from stack.servers.valkey import Valkey
from tests.kept_cluster import copied
from tests.live_stack import LiveStack, live_stack
from tests.quick_folder import quick_folder
from tests.servers import Cluster, Database, account, new_kafka, new_postgres, running, wait

PARTITIONS = 16
LONGEST_FIRST = ("openapi", "recipes", "stack", "faults", "readme", "replayer")
"""Folders whose files take longest: shared out first, so that no worker ends with a long file alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.path))


def _place(file: Path) -> int:
    folder = file.relative_to(Path(__file__).parent).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


@contextmanager
def _or_skip() -> Iterator[None]:
    """A server that cannot run here fails the test, unless a person on a laptop asked to skip instead."""
    try:
        yield
    except (JarsUnavailable, JavaMissing, ClusterNotMade) as missing:
        if os.environ.get("PALIMPSEST_SKIP_MISSING") == "1" and not os.environ.get("CI"):
            pytest.skip(str(missing))
        raise


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with quick_folder(tmp_path_factory.mktemp("servers")) as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[Cluster]:
    """One cluster with the log's strict settings and all roles, for both kinds of database."""
    kept, folder = os.environ.get("PALIMPSEST_TEST_CLUSTER"), server_folder / "postgres"
    cluster = copied(Path(kept), folder) if kept else Cluster(new_postgres(folder))
    with _or_skip(), running(cluster.server, server_folder / "postgres.log"):
        yield cluster


@pytest.fixture
def log_database(postgres: Cluster) -> Iterator[Database]:
    """A fresh, migrated log database."""
    database = postgres.copy("log")
    yield database
    postgres.drop(database)


@pytest.fixture
def read_database(postgres: Cluster) -> Iterator[Database]:
    """A fresh, migrated read database."""
    database = postgres.copy("read")
    yield database
    postgres.drop(database)


@pytest.fixture(scope="session")
def kafka(server_folder: Path) -> Iterator[str]:
    """host:port of a broker."""
    server = new_kafka(server_folder / "kafka")
    with _or_skip(), running(server, server_folder / "kafka.log"):
        yield server.address


@pytest.fixture
def topic(kafka: str) -> str:
    """The name of a fresh topic with as many partitions as the log has."""
    name = f"events-{secrets.token_hex(4)}"
    wait(_create_topic(kafka, name))
    return name


@pytest.fixture(scope="session")
def valkey(server_folder: Path) -> Iterator[str]:
    """redis:// URL of a server."""
    folder = server_folder / "valkey"
    server = Valkey(folder, free_port(), secrets.token_hex(8), account(folder))
    with running(server, server_folder / "valkey.log"):
        yield server.url


@pytest.fixture(scope="session")
def smtp(server_folder: Path) -> Iterator[Smtp]:
    """A mail sink: its `url`, and its `folder` with an .eml file for each mail."""
    server = Smtp(server_folder / "mail", free_port())
    with running(server, server_folder / "smtp.log"):
        yield server


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """One whole stack for all of a worker: what one fault leaves behind, the next must live with."""
    folder = tmp_path_factory.mktemp("stack")
    with live_stack(folder) as running_stack:
        yield running_stack


async def _create_topic(address: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, PARTITIONS, 1)])
    finally:
        await admin.close()
