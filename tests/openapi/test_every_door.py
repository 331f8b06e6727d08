"""Both OpenAPI documents, no door left out: whatever is sent, the answer is one that the document names."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live_stack import LiveStack, live_stack
from tests.servers import ROOT

EXAMPLES = 12
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "ignored_auth",
)


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """Its admin will close his account, among other things."""
    with live_stack(tmp_path_factory.mktemp("doors"), "--bus", "log") as running:
        yield running


# The doors that end the admin come last.
@pytest.mark.timeout(420)
@pytest.mark.parametrize(("api", "role"), [(a, r) for a in ("query", "command") for r in ("anonymous", "admin")])
def test_every_door_keeps_to_its_document(own_stack: LiveStack, tmp_path: Path, api: str, role: str) -> None:
    url = own_stack.command_url if api == "command" else own_stack.query_url
    signed_in = ["--header", f"Authorization: Bearer {own_stack.operator_token()}"] if role == "admin" else []
    hooks = {"SCHEMATHESIS_HOOKS": "tests.openapi.hooks", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            *("run", f"{url}/openapi.json", "--checks", ",".join(CHECKS)),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--phases", "examples,coverage,fuzzing"),
            *("--workers", "1", "--no-color", *signed_in),
        ],
        cwd=tmp_path,
        env={**os.environ, **hooks},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-8000:]
