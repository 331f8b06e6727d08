import asyncio
import json
from collections.abc import AsyncIterator
from uuid import uuid4

import orjson
import pytest
from fastapi.routing import APIRoute

from command_api.app import ROUTERS
from tests.command_api.asking import Api, code

BODY_LIMIT = 1 << 20


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


@pytest.mark.parametrize(
    "body",
    ["a" * BODY_LIMIT, "\u6f6e" * (BODY_LIMIT // 3), "\n" * (BODY_LIMIT - 1) + "x", '"\\' * (BODY_LIMIT // 2)],
    ids=["ascii", "chinese", "newlines", "quotes"],
)
async def test_the_largest_legal_bodies_pass_with_every_character_escaped(api: Api, body: str) -> None:
    ines = await api.member()
    sent = '{"title": "T", "body": "' + escaped(body) + '"}'
    headers = {"Content-Type": "application/json"}
    answer = await ines.ask("POST", "/posts", content=sent, headers=headers)
    assert answer.status_code == 201, answer.text
    await ines.draft(body=body)
    over = await ines.post("/posts", title="T", body=body + "xy")
    assert code(over) == (422, "InvalidRequest")
    assert over.json()["errors"][0]["pointer"] == "/body"


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (b"{", (400, "MalformedJson")),
        (b"\xff\xfe", (400, "MalformedJson")),
        (b'{"title": "\xff"}', (400, "MalformedJson")),
        (b'{"title": "\\ud800"}', (400, "MalformedJson")),
        (b'{"title": "T", "body": "a\\u0000b"}', (422, "InvalidRequest")),
        (b'{"title": "a\\u0000b"}', (422, "InvalidRequest")),
        (b'{"title": "a\x00b"}', (400, "MalformedJson")),
        (b'{"title": NaN}', (400, "MalformedJson")),
        (b"[" * 100_000, (400, "MalformedJson")),
        (b'{"title":' + b'{"a":' * 5000 + b"1" + b"}" * 5001, (400, "MalformedJson")),
        (b'{"title": ' + b"[" * 900 + b"]" * 900 + b"}", (422, "InvalidRequest")),
        (b"[]", (422, "InvalidRequest")),
        (b"null", (422, "InvalidRequest")),
        (b'"title"', (422, "InvalidRequest")),
        (b"{}", (422, "InvalidRequest")),
        (b'{"title": 5}', (422, "InvalidRequest")),
        (b'{"title": null}', (422, "InvalidRequest")),
        (b'{"title": ""}', (422, "InvalidRequest")),
        (b'{"title": "T", "tags": "sea"}', (422, "InvalidRequest")),
        (b'{"title": "T", "tags": [1]}', (422, "InvalidRequest")),
        (b'{"title": "T", "authors": [[]]}', (422, "InvalidRequest")),
        (b'{"title": "T", "authors": ["a\\u0000"]}', (422, "InvalidRequest")),
        (b'{"title": "T", "authors": {"a": 1}}', (422, "InvalidRequest")),
        (b'{"title": "T", "publish": "yes"}', (422, "InvalidRequest")),
        (b'{"title": "T", "publish": true, "published_at": 1e400}', (400, "MalformedJson")),
        (b'{"title": "T", "publish": true, "published_at": "soon"}', (422, "InvalidRequest")),
        (b'{"title": "T", "colour": "blue"}', (422, "InvalidRequest")),
        (b'{"title": "T", "post": "0192b1a0-7f3c-7d6e-8a51-3c2f9d1e4b70"}', (422, "InvalidRequest")),
        (b'{"title": "T", "\\u0000": 1}', (422, "InvalidRequest")),
    ],
)
async def test_what_is_not_a_post_is_refused_and_nothing_is_written(
    api: Api, sent: bytes, problem: tuple[int, str]
) -> None:
    ines = await api.member()
    before = await api.count("events")
    answer = await ines.ask("POST", "/posts", content=sent, headers={"Content-Type": "application/json"})
    assert code(answer) == problem
    assert await api.count("events") == before


async def test_errors_point_at_the_field(api: Api) -> None:
    ines = await api.member()
    answer = await ines.post("/posts", title="T", tags=["ok", "x" * 51], extra=1)
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/tags/1", "/extra"}


@pytest.mark.parametrize("sent_as", ["text/plain", "application/x-www-form-urlencoded", None, "multipart/form-data"])
async def test_a_body_that_is_not_json_is_refused(api: Api, sent_as: str | None) -> None:
    ines = await api.member()
    headers = {} if sent_as is None else {"Content-Type": sent_as}
    answer = await ines.ask("POST", "/posts", content=b'{"title": "T"}', headers=headers)
    assert code(answer) == (415, "UnsupportedMediaType")


async def test_a_body_over_the_limit_is_refused_before_and_while_it_is_read(api: Api) -> None:
    ines = await api.member()
    headers = {"Content-Type": "application/json"}
    declared = await ines.ask("POST", "/posts", content=b" " * (10 << 20), headers=headers)
    assert code(declared) == (413, "BodyTooLarge")

    async def streamed() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield b" " * 65536

    assert code(await ines.ask("POST", "/posts", content=streamed(), headers=headers)) == (413, "BodyTooLarge")
    other = await ines.ask("PATCH", "/accounts/me", content=b" " * 65537, headers=headers)
    assert code(other) == (413, "BodyTooLarge")


async def test_the_frameworks_own_errors_are_problems(api: Api) -> None:
    ines = await api.member()
    assert code(await api.http.get("/nowhere")) == (404, "NotFound")
    wrong = await api.http.get("/posts")
    assert code(wrong) == (405, "MethodNotAllowed")
    assert wrong.headers["allow"] == "POST"
    bad_id = await ines.ask("DELETE", "/posts/not-an-id")
    assert code(bad_id) == (422, "InvalidRequest")
    assert bad_id.json()["errors"][0]["parameter"] == "post"


async def test_an_unexpected_failure_shows_no_trace(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ines = await api.member()

    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr(type(api.parts.executor), "execute_all", fail)
    answer = await ines.post("/posts", title="T")
    assert code(answer) == (500, "InternalError")
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"]


async def test_a_request_keeps_its_ids_down_to_the_event(api: Api) -> None:
    ines = await api.member()
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = {"X-Request-Id": "from-the-editor", "traceparent": trace}
    answer = await ines.ask("POST", "/posts", json={"title": "T"}, headers=headers)
    assert answer.headers["x-request-id"] == "from-the-editor"
    stored = orjson.loads(await api.pool.fetchval("SELECT metadata FROM events WHERE type = 'PostDrafted'"))
    assert stored == {"actor": ines.account, "correlation": "from-the-editor", "traceparent": trace}
    made = await ines.ask("POST", "/posts", json={"title": "T"}, headers={"X-Request-Id": "a b", "traceparent": "no"})
    assert len(made.headers["x-request-id"]) == 32


async def test_openapi_lists_every_door_with_its_problems(api: Api) -> None:
    document = (await api.http.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    doors = {(method, path) for path, methods in document["paths"].items() for method in methods}
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert doors == {(method.lower(), route.path_format) for route in routes for method in route.methods or ()}
    assert ("post", "/commands") in doors
    post = document["paths"]["/posts"]["post"]
    assert "SlugTaken" in json.dumps(post["responses"]["409"])
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    assert "post" not in schema["properties"]
    assert {"publish", "title", "authors"} <= set(schema["properties"])
    register = document["paths"]["/accounts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(register["required"]) == {"handle", "address", "name", "password"}


async def test_bodies_sent_to_doors_that_take_none_are_checked_too(api: Api) -> None:
    ines = await api.member()
    post = await ines.draft()
    assert code(await ines.post(f"/posts/{post}/archive", reason="x")) == (422, "InvalidRequest")


async def test_random_ids_and_handles_are_answered_as_absent(api: Api) -> None:
    admin = await api.admin()
    for handle in ("x" * 200, "%00", "%F0%9F%8C%8A", "a%20b"):
        answer = await admin.ask("POST", f"/accounts/{handle}/reinstate")
        assert code(answer) == (404, "NoSuchAccount")
    answers = await asyncio.gather(*(admin.ask("POST", f"/posts/{uuid4()}/publish") for _ in range(5)))
    assert {code(answer) for answer in answers} == {(404, "NoSuchPost")}
