"""One stack for all faults: what one fault leaves behind, the next must live with."""

from collections.abc import Iterator

import pytest

from tests.faults.proof import Proof
from tests.live_stack import LiveStack, live_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    folder = tmp_path_factory.mktemp("stack")
    with live_stack(folder) as running:
        yield running


@pytest.fixture(scope="session")
def bearer(stack: LiveStack) -> str:
    return stack.operator_token()


@pytest.fixture
def proof(stack: LiveStack) -> Proof:
    return Proof(stack)
