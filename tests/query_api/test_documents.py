from prometheus_client.parser import text_string_to_metric_families
from starlette.routing import Route

from query_api import app
from tests.query_api.press import Press


async def test_every_door_is_documented_with_its_problems(press: Press) -> None:
    document = (await press.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == set(_paths())
    for path, methods in document["paths"].items():
        [(method, door)] = methods.items()
        assert method == "get"
        assert {"200", "304", "400", "401", "409", "412", "422", "500", "503"} <= set(door["responses"]), path
        named = {parameter["name"] for parameter in door["parameters"]}
        assert {"Consistency-Token", "Prefer", "If-None-Match"} <= named
        assert all(f"{{{name}}}" not in path or name in named for name in ("post", "handle"))


async def test_answers_have_the_fields_that_the_document_names(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Documented", tags=["Doc"])
    await press.project()
    paths = (await press.get("/openapi.json")).json()["paths"]
    for path, door in {
        f"/posts/{post}": "/posts/{post}",
        "/posts?total=true": "/posts",
        "/me/posts": "/me/posts",
        "/search?q=documented": "/search",
        "/tags": "/tags",
        f"/authors/{ana.handle}": "/authors/{handle}",
        "/accounts/me": "/accounts/me",
    }.items():
        schema = paths[door]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        found = (await press.get(path, ana)).json()
        _agree(found, schema)
        for item in found.get("items", ()):
            _agree(item, schema["properties"]["items"]["items"])


def _agree(found: dict[str, object], schema: dict[str, dict[str, object]]) -> None:
    assert set(schema["required"]) <= set(found) <= set(schema["properties"])


async def test_the_shortcut_answers_as_the_route_does(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Two ways", body="words " * 500)
    await press.project()
    for path in (f"/posts/{post}", "/posts/two-ways", "/posts/none", f"/posts/{post}?a=b", "/posts", "/posts?a=b"):
        plain = await press.get(path, headers={"Accept-Encoding": "identity"})
        compressed = await press.get(path, headers={"Accept-Encoding": "gzip"})
        assert (plain.status_code, plain.content) == (compressed.status_code, compressed.content)
        assert plain.headers["cache-control"] == compressed.headers["cache-control"]
        assert plain.headers.get("etag") == compressed.headers.get("etag")
    whole = await press.get(f"/posts/{post}", headers={"Accept-Encoding": "identity"})
    small = await press.get(f"/posts/{post}", headers={"Accept-Encoding": "gzip"})
    assert (whole.headers["vary"], small.headers["vary"]) == ("Authorization, Accept-Encoding",) * 2
    assert (whole.headers.get("content-encoding"), small.headers["content-encoding"]) == (None, "gzip")


async def test_other_methods_and_paths_are_problems(press: Press) -> None:
    answer = await press.http.post("/posts/x", json={})
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (405, "MethodNotAllowed", "GET")
    for path in ("/posts/", "/posts/x/y", "/nothing"):
        assert (await press.get(path)).json()["code"] == "NotFound"


async def test_requests_are_measured_by_their_route(press: Press) -> None:
    await press.get("/posts/none", headers={"Accept-Encoding": "identity"})
    await press.get("/posts/none", headers={"Accept-Encoding": "gzip"})
    families = text_string_to_metric_families((await press.get("/metrics")).text)
    routes = {sample.labels.get("route") for family in families for sample in family.samples}
    assert "/posts/{post}" in routes


def test_no_door_is_hidden_by_another() -> None:
    assert len(_paths()) == len(set(_paths()))


def _paths() -> list[str]:
    return [route.path_format for router in app.ROUTERS for route in router.routes if isinstance(route, Route)]
