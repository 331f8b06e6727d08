"""The door /changes on the whole stack: a reader listens on while the process that tells is killed."""

from collections.abc import Iterator

import httpx
import orjson
import pytest

from tests.journeys.person import Person, registered
from tests.live_stack import LiveStack


@pytest.fixture
def author(stack: LiveStack) -> Iterator[Person]:
    found = registered(stack)
    yield found
    found.close()


def publish(author: Person, title: str) -> str:
    return str(author.do("POST", "/posts", title=title, body="It was long.", publish=True)["id"])


def heard(stack: LiveStack, last: str, until: set[str]) -> tuple[list[str], str]:
    """What is told from an id on until all of these posts are heard of, in whatever order, and the id by then."""
    posts: list[str] = []
    with httpx.stream("GET", f"{stack.query_url}/changes", headers={"Last-Event-ID": last}, timeout=30) as answer:
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "data":
                posts.append(orjson.loads(value)["post"])
            elif name == "id":
                last = value
                if until <= {*posts}:
                    return posts, last
    raise AssertionError(f"of {until} only {posts} were heard of")


def test_a_listener_misses_nothing_when_the_process_is_killed(stack: LiveStack, author: Person) -> None:
    first = author.do("POST", "/posts", title="Before", body="It was long.", publish=True)
    wait = {"Consistency-Token": first["token"], "Prefer": "wait=10, handling=strict"}
    answer = httpx.get(f"{stack.query_url}/changes?seconds=0", headers=wait, timeout=30).raise_for_status()
    last = answer.text.partition("id: ")[2].partition("\n")[0]
    posts = [publish(author, "While it lives")]
    before, last = heard(stack, last, {*posts})
    stack.kill("query_api")
    posts += [publish(author, f"After {number}") for number in range(3)]
    after, _ = heard(stack, last, {*posts[1:]})
    assert posts[0] in before
    assert not {*before} & {*after}
    assert first["id"] not in before + after


def test_the_head_of_what_never_ends_is_answered_and_the_connection_goes_on(stack: LiveStack) -> None:
    with httpx.Client(base_url=stack.query_url, timeout=30) as client:
        head = client.head("/changes")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"].startswith("text/event-stream")
        assert client.get("/posts").status_code == 200
