"""The largest legal bodies pass the whole loop: door, log, Kafka, fold, query."""

from uuid import uuid4

import httpx
import pytest

from tests.live_stack import LiveStack, eventually

MOST_BYTES = 1 << 20
NOT_YET = 412
BODIES = {
    "ASCII": "a line of prose\n" * (MOST_BYTES // 16),
    "Chinese": "字" * (MOST_BYTES // 3),
    "escaped": '"\\\n' * (MOST_BYTES // 3),
}


@pytest.mark.parametrize("kind", BODIES)
def test_the_largest_body_comes_back_as_it_was(stack: LiveStack, kind: str) -> None:
    signed_in = {"Authorization": f"Bearer {stack.operator_token()}"}
    new = {"title": f"The largest {kind}", "body": BODIES[kind], "publish": True}
    with httpx.Client(timeout=60, headers=signed_in) as client:
        made = client.post(f"{stack.command_url}/posts", json=new, headers={"Idempotency-Key": str(uuid4())})
        assert made.status_code == 201, made.text
        wait = {"Consistency-Token": made.json()["token"], "Prefer": "wait=10, handling=strict"}
        address = f"{stack.query_url}/posts/{made.json()['id']}"
        reads: list[httpx.Response] = []

        def is_there() -> bool:
            reads.append(client.get(address, headers=wait))
            return reads[-1].status_code != NOT_YET

        eventually(is_there, "the post is folded")
        assert reads[-1].status_code == 200, reads[-1].text[:500]
        assert reads[-1].json()["body"] == BODIES[kind]


@pytest.mark.parametrize("kind", BODIES)
def test_one_byte_more_is_refused_and_nothing_is_written(stack: LiveStack, kind: str) -> None:
    signed_in = {"Authorization": f"Bearer {stack.operator_token()}"}
    body = BODIES[kind] + "x" * (MOST_BYTES + 1 - len(BODIES[kind].encode()))
    new = {"title": "Too large", "body": body, "slug": f"too-large-{kind.lower()}", "publish": True}
    made = httpx.post(f"{stack.command_url}/posts", json=new, headers=signed_in, timeout=60)
    assert (made.status_code, made.json()["errors"][0]["pointer"]) == (422, "/body")
    assert httpx.get(f"{stack.query_url}/posts/too-large-{kind.lower()}").status_code == 404
