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
from tests.servers import Cluster
from tests.stack.commands import Stack, servers_elsewhere


@pytest.fixture
def new_stack(tmp_path: Path, postgres: Cluster) -> Iterator[Callable[[], Stack]]:
    """Makes stacks whose databases are in the tests' own cluster."""
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
    own = Stack(Home(tmp_path / "own"), {})
    yield own
    end(own)


def end(stack: Stack) -> None:
    with contextlib.suppress(ProcessLookupError):
        if pid := holder(stack.home.lock):
            os.kill(pid, signal.SIGTERM)
    stack.run("down", PALIMPSEST_STOP_S="5")
