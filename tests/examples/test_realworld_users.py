import secrets
from pathlib import Path

import httpx
import pytest

from tests.examples.conduit import PASSWORD, Conduit, errors
from tests.servers import ROOT

BLANK = ["can't be blank"]
MISSING = (401, {"token": ["is missing"]})


def test_the_adapter_is_at_most_500_lines() -> None:
    files: list[Path] = sorted((ROOT / "examples" / "realworld").glob("*.py"))
    assert sum(len(file.read_text().splitlines()) for file in files) <= 500


def test_who_signs_up_is_signed_in(ana: Conduit) -> None:
    user = ana.get("/user")["user"]
    assert user == {
        "username": ana.username,
        "email": ana.email,
        "bio": None,
        "image": None,
        "token": ana.token,
    }


def test_who_signed_up_signs_in_by_address_and_password(ana: Conduit, nobody: Conduit) -> None:
    known = {"user": {"email": ana.email, "password": PASSWORD}}
    user = nobody.done(nobody.ask("POST", "/users/login", known), 200)["user"]
    assert (user["username"], user["email"]) == (ana.username, ana.email)
    assert nobody.done(nobody.ask("GET", "/user", token=user["token"]), 200)["user"]["username"] == ana.username


@pytest.mark.parametrize("field", ["username", "email", "password"])
@pytest.mark.parametrize("value", ["", None, " "])
def test_nobody_signs_up_without(nobody: Conduit, field: str, value: str | None) -> None:
    user = {"username": "somebody", "email": "somebody@example.org", "password": PASSWORD, field: value}
    assert errors(nobody.ask("POST", "/users", {"user": user})) == (422, {field: BLANK})


def test_names_and_addresses_are_taken_once(ana: Conduit, ben: Conduit, nobody: Conduit) -> None:
    new = {"username": f"r{secrets.token_hex(6)}", "email": f"{secrets.token_hex(6)}@example.org", "password": PASSWORD}
    taken = ["has already been taken"]
    for field, value in (("username", ana.username.upper()), ("email", ana.email)):
        assert errors(nobody.ask("POST", "/users", {"user": {**new, field: value}})) == (409, {field: taken})
        assert errors(ben.ask("PUT", "/user", {"user": {field: value}})) == (409, {field: taken})


@pytest.mark.parametrize(
    ("field", "value"),
    [("username", "a b"), ("username", "x" * 40), ("email", "nowhere"), ("password", "short"), ("password", 7)],
)
def test_what_is_not_as_it_should_be_is_named(nobody: Conduit, field: str, value: object) -> None:
    user = {"username": "somebody-new", "email": "somebody.new@example.org", "password": PASSWORD, field: value}
    status, found = errors(nobody.ask("POST", "/users", {"user": user}))
    assert (status, set(found)) == (422, {field})


def test_signing_in_fails_without_saying_why(ana: Conduit, nobody: Conduit) -> None:
    for address in (ana.email, "nobody-at-all@example.org"):
        wrong = {"user": {"email": address, "password": "not the password"}}
        assert errors(nobody.ask("POST", "/users/login", wrong)) == (401, {"credentials": ["invalid"]})
    for field in ("email", "password"):
        blank = {"user": {"email": ana.email, "password": PASSWORD, field: ""}}
        assert errors(nobody.ask("POST", "/users/login", blank)) == (422, {field: BLANK})


def test_doors_of_members_want_a_token(nobody: Conduit) -> None:
    assert errors(nobody.ask("GET", "/user")) == MISSING
    assert errors(nobody.ask("PUT", "/user", {"user": {"bio": "x"}})) == MISSING
    assert errors(nobody.ask("GET", "/articles/feed")) == MISSING
    for method, path in (("POST", "favorite"), ("DELETE", "favorite"), ("DELETE", ""), ("DELETE", "comments/1")):
        assert errors(nobody.ask(method, f"/articles/some-slug/{path}".rstrip("/"))) == MISSING
    for method in ("POST", "DELETE"):
        assert errors(nobody.ask(method, "/profiles/somebody/follow")) == MISSING
    article = {"title": "T", "description": "D", "body": "B"}
    assert errors(nobody.ask("POST", "/articles", {"article": article})) == MISSING
    assert errors(nobody.ask("PUT", "/articles/some-slug", {"article": {"body": "B"}})) == MISSING
    assert errors(nobody.ask("POST", "/articles/some-slug/comments", {"comment": {"body": "B"}})) == MISSING


@pytest.mark.parametrize("token", ["x", "pal_forged", "pal_forged~eyJ", "a b c"])
def test_a_forged_token_is_refused_everywhere(nobody: Conduit, token: str) -> None:
    for path in ("/user", "/articles", "/articles/feed", "/profiles/somebody"):
        assert errors(nobody.ask("GET", path, token=token)) == (401, {"token": ["is invalid"]})


def test_a_profile_is_changed_and_cleared(ana: Conduit, nobody: Conduit) -> None:
    image = "https://pictures.example/ana.jpg"
    changed = ana.done(ana.ask("PUT", "/user", {"user": {"bio": "Writes.", "image": image}}), 200)["user"]
    assert (changed["bio"], changed["image"], changed["username"]) == ("Writes.", image, ana.username)
    profile = nobody.get(f"/profiles/{ana.username}")["profile"]
    assert profile == {"username": ana.username, "bio": "Writes.", "image": image, "following": False}
    for empty in ("", None):
        cleared = ana.done(ana.ask("PUT", "/user", {"user": {"bio": empty, "image": empty}}), 200)["user"]
        assert (cleared["bio"], cleared["image"]) == (None, None)
    for field in ("username", "email"):
        for empty in ("", None):
            assert errors(ana.ask("PUT", "/user", {"user": {field: empty}})) == (422, {field: BLANK})


def test_a_new_name_and_address_show_at_once_and_the_old_name_leads_on(ana: Conduit, nobody: Conduit) -> None:
    new = {"username": f"New{secrets.token_hex(5)}", "email": f"{secrets.token_hex(5)}@example.org"}
    changed = ana.done(ana.ask("PUT", "/user", {"user": new}), 200)["user"]
    assert {name: changed[name] for name in new} == new
    again = ana.get("/user")["user"]
    assert {name: again[name] for name in new} == new
    assert nobody.done(nobody.ask("GET", f"/profiles/{new['username']}"), 200)["profile"]["username"] == new["username"]


def test_who_has_just_signed_in_takes_another_password_and_other_tokens_end(ana: Conduit, nobody: Conduit) -> None:
    other = "another line, longer still"
    assert errors(ana.ask("PUT", "/user", {"user": {"password": "short"}}))[0] == 422
    changed = ana.done(ana.ask("PUT", "/user", {"user": {"password": other}}), 200)["user"]
    assert ana.done(ana.ask("GET", "/user", token=changed["token"]), 200)["user"]["username"] == ana.username
    known = {"user": {"email": ana.email, "password": other}}
    nobody.done(nobody.ask("POST", "/users/login", known), 200)
    assert errors(ana.ask("POST", "/articles", {"article": {"title": "T", "description": "D", "body": "B"}}))[0] == 401


def test_profiles_are_followed_and_left(ana: Conduit, ben: Conduit, nobody: Conduit) -> None:
    for method, following in (("POST", True), ("POST", True), ("DELETE", False), ("DELETE", False)):
        shown = ana.done(ana.ask(method, f"/profiles/{ben.username}/follow"), 200)["profile"]
        assert (shown["username"], shown["following"]) == (ben.username, following)
        assert ana.get(f"/profiles/{ben.username}")["profile"]["following"] == following
        assert nobody.get(f"/profiles/{ben.username}")["profile"]["following"] is False
    for method, path in (("GET", ""), ("POST", "/follow"), ("DELETE", "/follow")):
        answer = ana.ask(method, f"/profiles/nobody-{ana.username}{path}")
        assert errors(answer) == (404, {"profile": ["not found"]})
    assert errors(ana.ask("POST", f"/profiles/{ana.username}/follow"))[0] in {403, 422}


def test_the_front_end_that_is_named_may_ask(adapters: list[str]) -> None:
    asked = {"Origin": "http://front.example", "Access-Control-Request-Method": "PUT"}
    asked["Access-Control-Request-Headers"] = "authorization,content-type"
    answer = httpx.options(f"{adapters[0]}/api/user", headers=asked)
    assert answer.headers["access-control-allow-origin"] == "http://front.example"
    other = httpx.options(f"{adapters[0]}/api/user", headers={**asked, "Origin": "http://other.example"})
    assert "access-control-allow-origin" not in other.headers


def test_what_is_no_json_or_too_long_is_refused_in_the_same_shape(adapters: list[str]) -> None:
    headers = {"Content-Type": "application/json"}
    answers = [
        httpx.post(f"{adapters[0]}/api/users", content=body, headers=headers)
        for body in (b'"' + b"x" * (3 << 20) + b'"', b"{", b"[]", b'{"user": 7}', b"")
    ]
    assert [answer.status_code for answer in answers] == [413, 422, 422, 422, 422]
    assert [list(answer.json()["errors"]) for answer in answers[1:]] == [["body"], ["user"], ["user"], ["user"]]
    assert errors(httpx.get(f"{adapters[0]}/api/nowhere"))[0] == 404
