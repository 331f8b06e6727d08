"""What was written is read at once, by anybody, at any process, whatever dies behind; nobody asks twice."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.examples.adapter import adapter
from tests.examples.conduit import Conduit, errors
from tests.live_stack import LiveStack
from tests.processes import settings_of

CLIENTS, SOAK_ROUNDS = 32, 15
STEADY_S = 35
"""Whoever lived as long is started again at once; who dies more often waits longer each time."""


@contextmanager
def second_adapter(stack: LiveStack) -> Iterator[list[str]]:
    """The addresses of the stack's own adapter and of another one."""
    with adapter(settings_of(stack, "realworld")) as url:
        yield [f"http://127.0.0.1:{stack.first_port + 4}", url]


@contextmanager
def projectors_dying(stack: LiveStack, every_s: float = STEADY_S) -> Iterator[None]:
    """Kills the projectors, and again when they have been back for so long."""
    is_over = threading.Event()

    def kill() -> None:
        wait_s = 0.5
        while not is_over.wait(wait_s):
            stack.kill("projectors")
            wait_s = every_s

    killing = threading.Thread(target=kill)
    killing.start()
    try:
        yield
    finally:
        is_over.set()
        killing.join()


def round_of(me: Conduit, other: str, number: int) -> None:
    """Create, read, list, favourite, comment, feed, delete: each read at once, mostly at another process."""
    article = me.write(f"Storm {number} of {me.username}")
    path = f"/articles/{article['slug']}"
    assert me.get(path)["article"] == article
    mine = [card["slug"] for card in me.get(f"/articles?author={me.username}")["articles"]]
    assert mine == [article["slug"]]
    me.done(me.ask("POST", f"{path}/favorite"), 200)
    assert me.get(path)["article"]["favoritesCount"] == 1
    assert me.get(f"/articles?favorited={me.username}")["articlesCount"] == 1
    comment = me.comment(article["slug"])
    assert me.done(me.ask("GET", f"{path}/comments", token=""), 200)["comments"] == [comment]
    me.done(me.ask("POST", f"/profiles/{other}/follow"), 200)
    assert me.get(f"/profiles/{other}")["profile"]["following"] is True
    me.done(me.ask("DELETE", f"/profiles/{other}/follow"), 200)
    assert me.get("/articles/feed")["articlesCount"] == 0
    me.done(me.ask("DELETE", path), 204)
    assert errors(me.ask("GET", path)) == (404, {"article": ["not found"]})
    assert me.get(f"/articles?author={me.username}")["articlesCount"] == 0


def storm(urls: list[str], rounds: int) -> None:
    people = [Conduit(urls) for _ in range(CLIENTS)]
    names = [each.register().username for each in people]

    def live(number: int) -> None:
        for turn in range(rounds):
            round_of(people[number], names[number - 1], turn)

    try:
        with ThreadPoolExecutor(CLIENTS) as threads:
            for done in [threads.submit(live, number) for number in range(CLIENTS)]:
                done.result()
    finally:
        for each in people:
            each.close()


@pytest.mark.timeout(300)
def test_nothing_stale_is_read_while_projectors_die(realworld: LiveStack) -> None:
    with second_adapter(realworld) as urls, projectors_dying(realworld):
        storm(urls, 1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_nothing_stale_is_read_in_a_long_storm(realworld: LiveStack) -> None:
    own = [f"http://127.0.0.1:{realworld.first_port + 4}"]
    with projectors_dying(realworld):
        storm(own, SOAK_ROUNDS)
    with second_adapter(realworld) as urls, projectors_dying(realworld):
        storm(urls, SOAK_ROUNDS)
