from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from structlog.testing import capture_logs

from kit.http import etag, serving, text
from kit.http.problems import Problem
from kit.metrics import new_registry
from kit.settings import Settings


def small_app(**settings: Any) -> FastAPI:
    app = FastAPI()
    found = Settings.model_validate(settings)
    serving.surround(app, found, new_registry(), lambda: ["the log"], default_body_bytes=100)

    @app.get("/long")
    async def long(n: int) -> dict[str, str]:
        return {"text": "x" * n}

    @app.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    return app


def client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x")


async def test_a_process_that_is_not_ready_says_what_is_missing() -> None:
    async with client(small_app()) as http:
        answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"not_ready": ["the log"]})


async def test_wrong_parameters_are_problems_that_name_the_parameter() -> None:
    async with client(small_app()) as http:
        answer = await http.get("/long?n=many")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "n"


async def test_a_body_of_exactly_the_limit_passes_and_one_more_byte_does_not() -> None:
    async with client(small_app()) as http:
        assert (await http.post("/size", content=b"x" * 100)).json() == 100
        assert (await http.post("/size", content=b"x" * 101)).status_code == 413


async def test_head_is_answered_as_get_is_without_the_content() -> None:
    async with client(small_app()) as http:
        whole, head = await http.get("/long?n=50"), await http.head("/long?n=50")
        wrong = await http.head("/size")
    own = {"x-request-id"}
    assert (head.status_code, head.content) == (200, b"")
    assert {*head.headers.items()} - {*whole.headers.items()} == {("x-request-id", head.headers["x-request-id"])}
    assert whole.headers.keys() - own == head.headers.keys() - own
    assert wrong.status_code == 405


async def test_only_origins_that_are_set_may_read_answers() -> None:
    async with client(small_app(cors_origins=["https://blog.example"])) as http:
        good = await http.get("/long?n=1", headers={"Origin": "https://blog.example"})
        bad = await http.get("/long?n=1", headers={"Origin": "https://evil.example"})
    assert good.headers["access-control-allow-origin"] == "https://blog.example"
    assert "Consistency-Token" in good.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in bad.headers
    async with client(small_app()) as http:
        none = await http.get("/long?n=1", headers={"Origin": "https://blog.example"})
    assert "access-control-allow-origin" not in none.headers


@pytest.mark.parametrize(
    ("trusted", "seen"), [([], "10.0.0.1"), (["10.0.0.1"], "203.0.113.7"), (["10.0.0.2"], "10.0.0.1")]
)
async def test_only_named_proxies_say_who_the_client_is(trusted: list[str], seen: str) -> None:
    found: list[str] = []

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        found.append(scope["client"][0])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config = serving.server(app, Settings(trusted_proxies=trusted)).config
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=("10.0.0.1", 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        await http.get("/", headers={"X-Forwarded-For": "203.0.113.7"})
    assert found == [seen]


async def test_a_client_that_goes_in_the_middle_of_its_body_is_no_failure() -> None:
    app, sent = small_app(), list[Any]()
    messages = iter([{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/size", "query_string": b"", "headers": []}
    with capture_logs() as lines:
        await app(scope, receive, send)
    assert [(line["event"], line["status"]) for line in lines] == [("request", 499)]
    assert sent == []


def test_an_etag_carries_the_version_and_a_hash_of_the_answer() -> None:
    made = etag.make(7, b"body")
    assert etag.version_of(made) == etag.version_of(f"W/{made}") == etag.version_of('"7"') == 7
    assert made != etag.make(7, b"other")
    assert etag.matches(f'"x", W/{made}', made)
    assert etag.matches("*", made)
    assert not etag.matches('"7"', made)
    assert not etag.matches(None, made)
    for bad in ("", "*", "7", '"x"', '"7", "8"', f'"{"9" * 30}"'):
        with pytest.raises(Problem):
            etag.version_of(bad)


def test_text_that_cannot_be_stored_is_found_wherever_it_is() -> None:
    assert text.unstorable({"a": ["fine", {"b": "\x00"}]}) == ("a", 1, "b")
    assert text.unstorable("\ud800") == ()
    assert text.unstorable({"k\x00": 1}) == ("k\x00",)
    assert text.unstorable({"a": ["fine", 5, None, True]}) is None
    with pytest.raises(Problem) as caught:
        text.refuse_unstorable({"k\x00": 1})
    assert caught.value.errors[0]["pointer"] == "/k\N{REPLACEMENT CHARACTER}"
