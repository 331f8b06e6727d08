"""Both OpenAPI documents, door by door: their examples, and every constraint that they name kept and broken."""

from pathlib import Path

import pytest

from tests.live_stack import LiveStack
from tests.openapi.schemathesis_runs import WHO, judge


@pytest.mark.timeout(420)
@pytest.mark.parametrize(("api", "role"), WHO)
def test_every_door_keeps_to_its_document(own_stack: LiveStack, tmp_path: Path, api: str, role: str) -> None:
    judge(own_stack, tmp_path, api, role, phases="examples,coverage")
