"""Both OpenAPI documents, door by door: what nobody would think of sending."""

from pathlib import Path

import pytest

from tests.live_stack import LiveStack
from tests.openapi.schemathesis_runs import OTHERS, WHO, judge


@pytest.mark.soak
@pytest.mark.timeout(420)
# The admin comes last: one of their doors closes their account, and who makes an editor then?
@pytest.mark.parametrize(("api", "role"), [*OTHERS, *WHO])
def test_every_door_keeps_to_its_document(own_stack: LiveStack, tmp_path: Path, api: str, role: str) -> None:
    judge(own_stack, tmp_path, api, role, phases="fuzzing")
