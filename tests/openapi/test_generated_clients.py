"""Clients made from the documents do what people do: nothing is written by hand but the journey."""

from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.live_stack import LiveStack
from tests.openapi.generating import generated


def test_generated_clients_sign_in_write_and_read_back(
    stack: LiveStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url, package in ((stack.command_url, "palimpsest_commands"), (stack.query_url, "palimpsest_queries")):
        said = generated(url, tmp_path, package)
        assert "WARNING" not in said, said
    monkeypatch.syspath_prepend(tmp_path)
    with ExitStack() as open_ones:
        _write_and_read_back(*(open_ones.enter_context(client) for client in _clients(stack)))


def _write_and_read_back(commands: Any, queries: Any) -> None:
    drafted = _asked(commands, "posts.draft_post", body={"title": "Made by a machine", "body": "Once."}, key=True)
    post = str(drafted["id"])
    _asked(commands, "posts.publish_post", post, body={})
    revised = _asked(commands, "posts.revise_post", post, body={"body": "*Twice.*", "tags": ["made"]})
    read = _asked(queries, "posts.read_post", post, consistency_token=revised["token"], prefer="wait=10")
    assert (read["title"], read["status"], read["tags"]) == ("Made by a machine", "published", ["made"])
    assert (read["version"], "<em>Twice.</em>" in read["html"]) == (revised["version"], True)
    listed = _asked(queries, "posts.list_posts", tag=["made"], consistency_token=revised["token"])
    assert [item["id"] for item in listed["items"]] == [post]
    late = _asked(commands, "posts.revise_post", post, body={"title": "Too late"}, if_match='"1"')
    assert (late["status"], late["code"]) == (412, "VersionConflict")
    assert _asked(queries, "posts.read_post", str(uuid4()))["code"] == "PostNotFound"


def _clients(stack: LiveStack) -> tuple[Any, Any]:
    """Signed in with a password, as a person is."""
    register = {"handle": "robin", "address": "robin@example.org", "name": "Robin", "password": "a line of my own"}
    form = {"grant_type": "password", "username": "robin", "password": register["password"]}
    with import_module("palimpsest_commands").Client(base_url=stack.command_url) as anonymous:
        _asked(anonymous, "accounts.register", body=register, key=True)
        token = _asked(anonymous, "auth.token", body=form)["access_token"]
    return (
        import_module("palimpsest_commands").AuthenticatedClient(base_url=stack.command_url, token=token),
        import_module("palimpsest_queries").AuthenticatedClient(base_url=stack.query_url, token=token),
    )


def _asked(client: Any, door: str, *path: str, body: Any = None, key: bool = False, **given: Any) -> dict[str, Any]:
    """Calls a generated function with generated models, and gives the answer's own fields."""
    package = type(client).__module__.partition(".")[0]
    function = import_module(f"{package}.api.{door}")
    if body is not None:
        name = "".join(word.capitalize() for word in door.partition(".")[2].split("_")) + "Body"
        given["body"] = getattr(import_module(f"{package}.models"), name).from_dict(body)
    if key:
        given["idempotency_key"] = str(uuid4())
    answer = function.sync(*path, client=client, **given)
    found: dict[str, Any] = answer.to_dict()
    return found
