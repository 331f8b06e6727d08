"""Run by test_recipes in its scratch copy: the new command, read model and job in one stack, through every process."""

from uuid import uuid4

import httpx

from tests.live_stack import LiveStack, eventually


def test_a_pinned_post_goes_through_the_whole_loop(stack: LiveStack) -> None:
    headers = {"Authorization": f"Bearer {stack.operator_token()}"}
    with httpx.Client(base_url=stack.command_url, headers=headers, timeout=20) as client:
        new = {"title": "Kept", "body": "At the top.", "publish": True}
        made = client.post("/posts", json=new, headers={"Idempotency-Key": str(uuid4())}).raise_for_status().json()
        pinned = client.post(f"/posts/{made['id']}/pin", headers={"Idempotency-Key": str(uuid4())}).raise_for_status()
    token = {"Consistency-Token": pinned.json()["token"], "Prefer": "wait=10, handling=strict"}
    pins = httpx.get(f"{stack.query_url}/pins", headers=token, timeout=20).raise_for_status().json()
    assert [pin["id"] for pin in pins["items"]] == [made["id"]]
    mails = stack.home / "mail"
    eventually(lambda: any(made["id"] in mail.read_text() for mail in mails.glob("*.eml")), "the mail has arrived")
