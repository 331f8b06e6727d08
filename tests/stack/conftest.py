"""Stacks for tests, stopped afterwards whatever happened."""

import contextlib
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stack.home import Home
from stack.locking import holder
from tests.quick_folder import quick_folder
from tests.servers import Cluster, new_postgres, running
from tests.stack.commands import Stack, servers_elsewhere


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of these tests alone: a stack that comes up gives the roles new passwords."""
    with quick_folder(tmp_path_factory.mktemp("stacks")) as folder:
        server = new_postgres(folder / "postgres")
        with running(server, folder / "postgres.log"):
            yield Cluster(server)


@pytest.fixture
def new_stack(tmp_path: Path, postgres: Cluster) -> Iterator[Callable[[], Stack]]:
    """Makes stacks whose databases are in one cluster."""
    made: list[Stack] = []

    def make() -> Stack:
        name = f"stack_{secrets.token_hex(4)}"
        made.append(Stack(Home(tmp_path / name), servers_elsewhere(postgres.server, name)))
        return made[-1]

    yield make
    for stack in made:
        end(stack)


@pytest.fixture
def stack(new_stack: Callable[[], Stack]) -> Stack:
    return new_stack()


@pytest.fixture
def stack_with_servers(tmp_path: Path) -> Iterator[Stack]:
    """A stack that starts its own servers."""
    with quick_folder(tmp_path) as folder:
        own = Stack(Home(folder / "own"), {})
        yield own
        end(own)


def end(stack: Stack) -> None:
    with contextlib.suppress(ProcessLookupError):
        if pid := holder(stack.home.lock):
            os.kill(pid, signal.SIGTERM)
    stack.run("down", PALIMPSEST_STOP_S="5")
