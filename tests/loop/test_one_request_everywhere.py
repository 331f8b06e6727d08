"""One request's id is found again in the log of every process that worked for it, down to the job."""

import json
from uuid import uuid4

import httpx

from tests.live_stack import LiveStack, eventually


def lines_with(stack: LiveStack, process: str, request: str) -> list[dict[str, object]]:
    file = stack.home / "logs" / f"{process}.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines() if request in line]


def test_a_request_is_followed_from_the_door_to_its_mail(stack: LiveStack) -> None:
    request, handle = f"journey-{uuid4().hex}", f"h{uuid4().hex[:12]}"
    new = {"handle": handle, "address": f"{handle}@example.org", "name": "Inês", "password": "a long enough secret"}
    made = httpx.post(f"{stack.command_url}/accounts", json=new, headers={"X-Request-Id": request}, timeout=20)
    assert made.status_code == 201, made.text
    assert made.headers["X-Request-Id"] == request
    for process in ("command_api", "jobs"):
        eventually(lambda name=process: bool(lines_with(stack, name, request)), f"{process} logs the request")  # type: ignore[misc]
    secret_free = "".join(json.dumps(line) for line in lines_with(stack, "jobs", request))
    assert f"{handle}@example.org" not in secret_free
    assert "a long enough secret" not in (stack.home / "logs" / "command_api.jsonl").read_text()
