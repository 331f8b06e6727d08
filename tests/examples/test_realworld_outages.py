"""The platform, or a half of it, is not there."""

import os
from collections.abc import Iterator

import pytest

from stack.ports import free_port
from tests.examples.adapter import adapter
from tests.examples.conduit import PASSWORD, Conduit, errors
from tests.live_stack import LiveStack
from tests.processes import settings_of

GONE = (503, {"server": ["is not available; try again soon"]})
ARTICLE = {"article": {"title": "T", "description": "D", "body": "B"}}
USER = {"username": "somebody", "email": "somebody@example.org", "password": PASSWORD}
READS = ("/articles", "/articles/feed", "/articles/x", "/articles/x/comments", "/tags", "/user", "/profiles/x")
WRITES = (
    ("POST", "/users", {"user": USER}),
    ("POST", "/users/login", {"user": USER}),
    ("PUT", "/user", {"user": {"bio": "B"}}),
    ("POST", "/profiles/x/follow", None),
    ("DELETE", "/profiles/x/follow", None),
    ("POST", "/articles", ARTICLE),
    ("PUT", "/articles/x", {"article": {"body": "B"}}),
    ("DELETE", "/articles/x", None),
    ("POST", "/articles/x/favorite", None),
    ("DELETE", "/articles/x/favorite", None),
    ("POST", "/articles/x/comments", {"comment": {"body": "B"}}),
    ("DELETE", "/articles/x/comments/1", None),
)


def nowhere() -> str:
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def lonely() -> Iterator[Conduit]:
    """Somebody with a token at an adapter whose platform is not there."""
    urls = {"PALIMPSEST_COMMAND_URL": nowhere(), "PALIMPSEST_QUERY_URL": nowhere()}
    with adapter({**os.environ, **urls}, ready="/healthz") as url:
        somebody = Conduit([url])
        somebody.token = "pal_something"
        yield somebody
        somebody.close()


@pytest.mark.parametrize("path", READS)
def test_nothing_is_read_while_the_platform_is_down(lonely: Conduit, path: str) -> None:
    assert errors(lonely.ask("GET", path)) == GONE


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=lambda part: part if isinstance(part, str) else "")
def test_nothing_is_written_while_the_platform_is_down(
    lonely: Conduit, method: str, path: str, body: dict[str, object] | None
) -> None:
    assert errors(lonely.ask(method, path, body)) == GONE


def test_what_is_wrong_with_a_request_is_told_all_the_same(lonely: Conduit) -> None:
    assert errors(lonely.ask("POST", "/articles", {"article": {"title": ""}}))[0] == 422
    assert errors(lonely.ask("GET", "/user", token="x"))[0] == 401


def test_it_is_alive_and_not_ready(lonely: Conduit) -> None:
    assert errors(lonely.ask("GET", "/../readyz")) == GONE


@pytest.mark.timeout(120)
def test_what_was_written_and_could_not_be_read_back_is_there_afterwards(realworld: LiveStack, ana: Conduit) -> None:
    settings = {**settings_of(realworld, "realworld"), "PALIMPSEST_QUERY_URL": nowhere()}
    with adapter(settings, ready="/healthz") as url:
        half = Conduit([url])
        half.token = ana.token
        assert errors(half.ask("POST", "/articles", ARTICLE)) == GONE
        half.close()
    assert [card["title"] for card in ana.get(f"/articles?author={ana.username}")["articles"]] == ["T"]
