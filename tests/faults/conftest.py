"""What every fault needs: somebody who may write, and the proof."""

import pytest

from tests.faults.proof import Proof
from tests.live_stack import LiveStack


@pytest.fixture(scope="session")
def bearer(stack: LiveStack) -> str:
    return stack.operator_token()


@pytest.fixture
def proof(stack: LiveStack) -> Proof:
    return Proof(stack)
