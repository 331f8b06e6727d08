from dataclasses import replace
from typing import Any

import httpx
import pytest

from command_api.app import build
from kit.metrics import new_registry
from tests.command_api.asking import Api

JSON = {"Content-Type": "application/json"}
POST = b'{"title": "Two ways", "body": "One post.", "publish": true}'


async def both_ways(api: Api, method: str, content: bytes, headers: dict[str, str]) -> list[httpx.Response]:
    """The answers by the shortcut and by the route."""
    parts = replace(api.parts, registry=new_registry())
    around = build(parts, list)
    around.user_middleware = [each for each in around.user_middleware if "routes" not in each.kwargs]
    assert len(around.user_middleware) == len(api.app.user_middleware) - 1
    async with Api(around, parts) as other:
        return [await one.http.request(method, "/posts", content=content, headers=headers) for one in (api, other)]


def shown(answer: httpx.Response) -> tuple[int, Any, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, answer.json(), headers


@pytest.mark.parametrize(
    ("method", "content", "headers"),
    [
        ("POST", b"{", JSON),
        ("POST", b"[]", JSON),
        ("POST", b'{"title": ""}', JSON),
        ("POST", b'{"title": "T", "publish": true}', JSON),
        ("POST", POST, {"Content-Type": "text/plain"}),
        ("POST", POST, JSON | {"Idempotency-Key": "\x7f"}),
        ("POST", POST, JSON | {"Authorization": "Bearer x"}),
        ("POST", b" " * ((8 << 20) + 1), JSON),
        ("GET", b"", {}),
        ("PUT", POST, JSON),
    ],
)
async def test_the_shortcut_refuses_as_the_route_does(
    api: Api, method: str, content: bytes, headers: dict[str, str]
) -> None:
    ana = await api.member()
    ours, theirs = await both_ways(api, method, content, ana.bearer | headers)
    assert shown(ours) == shown(theirs)
    assert ours.status_code >= 400


async def test_the_shortcut_answers_as_the_route_does(api: Api) -> None:
    ana = await api.member()
    ours, theirs = await both_ways(api, "POST", POST, ana.bearer | JSON | {"Idempotency-Key": "once"})
    assert ours.status_code == 201
    assert shown(ours) == shown(theirs)


async def test_requests_by_the_shortcut_are_measured_by_their_route(api: Api) -> None:
    await (await api.member()).draft()
    count = api.parts.registry.get_sample_value(
        "http_request_seconds_count", {"method": "POST", "route": "/posts", "status": "201"}
    )
    assert count == 1
