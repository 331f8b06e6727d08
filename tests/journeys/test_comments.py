"""The doors to comments, one after the other, on the whole stack: what is written is read back at once."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.live_stack import LiveStack

PASSWORD = "a long enough secret"


class Person:
    """Somebody who writes, and reads what they have just done."""

    def __init__(self, stack: LiveStack, bearer: str) -> None:
        headers = {"Authorization": f"Bearer {bearer}"}
        self.commands = httpx.Client(base_url=stack.command_url, headers=headers, timeout=20)
        self.queries = httpx.Client(base_url=stack.query_url, headers=headers, timeout=20)

    def do(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        answer = self.commands.request(method, path, json=body)
        assert answer.status_code in {200, 201}, answer.text
        self.queries.headers["Consistency-Token"] = answer.headers["Consistency-Token"]
        found: dict[str, Any] = answer.json()
        return found

    def read(self, path: str, after: "Person | None" = None) -> httpx.Response:
        token = (after or self).queries.headers.get("Consistency-Token", "")
        wait = {"Consistency-Token": token, "Prefer": "wait=10, handling=strict"}
        return self.queries.get(path, headers=wait)

    def close(self) -> None:
        self.commands.close()
        self.queries.close()


def registered(stack: LiveStack) -> Person:
    handle = f"j{uuid4().hex[:12]}"
    new = {"handle": handle, "address": f"{handle}@example.org", "name": "Inês", "password": PASSWORD}
    httpx.post(f"{stack.command_url}/accounts", json=new, timeout=20).raise_for_status()
    form = {"grant_type": "password", "username": handle, "password": PASSWORD}
    token = httpx.post(f"{stack.command_url}/auth/token", data=form, timeout=20).raise_for_status().json()
    return Person(stack, token["access_token"])


@pytest.fixture
def people(stack: LiveStack) -> Iterator[tuple[Person, Person, Person]]:
    """An author, somebody who comments, and a moderator."""
    found = registered(stack), registered(stack), Person(stack, stack.operator_token())
    yield found
    for person in found:
        person.close()


def test_comments_are_written_answered_edited_flagged_moderated_and_deleted(
    people: tuple[Person, Person, Person],
) -> None:
    author, reader, moderator = people
    post = author.do("POST", "/posts", title="The light", body="It was long.", publish=True)["id"]
    thread = f"/posts/{post}/comments"
    first = reader.do("POST", thread, body="I have *seen* it.")["id"]
    answer = author.do("POST", thread, body="When?", parent=first)["id"]
    reader.do("PATCH", f"/comments/{first}", body="I have **seen** it.")
    items = reader.read(thread, after=reader).json()["items"]
    assert [(item["id"], item["depth"]) for item in items] == [(first, 1), (answer, 2)]
    assert items[0]["html"] == "<p>I have <strong>seen</strong> it.</p>\n"

    author.do("POST", f"/comments/{first}/flag")
    flagged = moderator.read("/comments?status=flagged&limit=100", after=author).json()["items"]
    assert first in [item["id"] for item in flagged]
    moderator.do("POST", f"/comments/{first}/reject")
    assert author.read(thread, after=moderator).json()["items"][0]["status"] == "gone"
    assert reader.read(f"/comments/{first}", after=moderator).json()["status"] == "rejected"
    moderator.do("POST", f"/comments/{first}/approve")
    assert author.read(f"/comments/{first}", after=moderator).json()["status"] == "shown"

    author.do("DELETE", f"/comments/{first}")
    gap, left = reader.read(f"{thread}?total=true", after=author).json()["items"]
    assert (gap["status"], gap["html"], left["id"]) == ("gone", None, answer)
    author.do("POST", f"/posts/{post}/unpublish")
    assert reader.read(thread, after=author).status_code == 404
