"""Both OpenAPI documents, no door left out: whatever is sent, the answer is one that the document names."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.live_stack import LiveStack
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


@pytest.mark.timeout(420)
@pytest.mark.parametrize("role", ["anonymous", "admin"])
@pytest.mark.parametrize("api", ["command", "query"])
def test_every_door_keeps_to_its_document(stack: LiveStack, api: str, role: str) -> None:
    url = stack.command_url if api == "command" else stack.query_url
    signed_in = ["--header", f"Authorization: Bearer {stack.operator_token()}"] if role == "admin" else []
    ran = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            *("run", f"{url}/openapi.json", "--checks", ",".join(CHECKS)),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--phases", "examples,coverage,fuzzing"),
            *("--workers", "1", "--no-color", *signed_in),
        ],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-8000:]
