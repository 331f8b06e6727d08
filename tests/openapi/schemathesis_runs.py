"""schemathesis against a running API, no door left out: whatever is sent, the answer is one that the document names."""

import os
import subprocess
import sys
from pathlib import Path

from tests.journeys.person import Person, registered
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
ENDING = ("/accounts/me/password", "/accounts/me")
"""Paths with a door that ends who is signed in: each is tried by itself, after all others."""
WHO = [(api, role) for api in ("query", "command") for role in ("anonymous", "admin")]
OTHERS = [(api, role) for api in ("query", "command") for role in ("author", "editor")]


def judge(stack: LiveStack, folder: Path, api: str, role: str, *, phases: str) -> None:
    """Fails with the report when an answer is none of those that the document of that API names."""
    if api == "query" or role == "anonymous":
        _run(stack, folder, api, role, "--phases", phases)
        return
    others = [word for path in ENDING for word in ("--exclude-path", path)]
    _run(stack, folder, api, role, "--phases", phases, *others)
    for path in ENDING:
        _run(stack, folder, api, role, "--phases", phases, "--include-path", path)


def _run(stack: LiveStack, folder: Path, api: str, role: str, *options: str) -> None:
    url = stack.command_url if api == "command" else stack.query_url
    signed_in = ["--header", f"Authorization: Bearer {_token(stack, role)}"] if role != "anonymous" else []
    hooks = {"SCHEMATHESIS_HOOKS": "tests.openapi.hooks", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            *("--config-file", str(Path(__file__).with_name("schemathesis.toml"))),
            *("run", f"{url}/openapi.json", "--checks", ",".join(CHECKS)),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--workers", "1"),
            *("--no-color", *signed_in, *options),
        ],
        cwd=folder,
        env={**os.environ, **hooks},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-8000:]


def _token(stack: LiveStack, role: str) -> str:
    if role == "admin":
        return stack.operator_token()
    person = registered(stack)
    if role == "editor":
        admin = Person(stack, stack.operator_token())
        admin.do("PUT", f"/accounts/{person.handle}/roles/editor")
        admin.close()
    person.close()
    return person.commands.headers["Authorization"].removeprefix("Bearer ")
