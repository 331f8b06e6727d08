"""The notebook and the desk of the projection's tests serve here too; a house runs real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.proof import Proof
from tests.live_stack import LiveStack
from tests.projection.conftest import desk, notebook
from tests.replayer.running import House, opened_house
from tests.servers import Database

__all__ = ["desk", "house", "notebook"]


@pytest.fixture
def house(log_database: Database, read_database: Database, tmp_path: Path) -> Iterator[House]:
    with opened_house(log_database, read_database, tmp_path) as opened:
        yield opened


@pytest.fixture
def proof(stack: LiveStack) -> Proof:
    return Proof(stack)
