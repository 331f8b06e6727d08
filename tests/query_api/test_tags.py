from secrets import token_hex
from typing import Any

import pytest

from tests.command_api.asking import code
from tests.query_api.press import Press


async def test_tags_are_counted_under_their_most_used_spelling(press: Press) -> None:
    ana, mark = await press.author(), token_hex(6)
    for spelling in (f"Sea {mark}", f"sea {mark}", f"Sea {mark}"):
        await press.published(ana, "Tagged", tags=[spelling])
    await ana.draft("Not counted", tags=[f"Sea {mark}", f"hidden {mark}"])
    await press.project()
    found = {item["tag"]: item for item in (await press.get("/tags?limit=100")).json()["items"]}
    assert found[f"sea-{mark}"] == {"tag": f"sea-{mark}", "name": f"Sea {mark}", "posts": 3}
    assert f"hidden-{mark}" not in found


@pytest.mark.parametrize("order", ["-posts", "tag"])
async def test_tags_come_in_pages(press: Press, order: str) -> None:
    ana, mark = await press.author(), token_hex(6)
    tags = [f"{letter}{mark}" for letter in "abc"]
    for number in range(3):
        await press.published(ana, "Tagged", tags=tags[number:])
    await press.project()
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await press.get(f"/tags?order={order}&limit=2" + (cursor and f"&cursor={cursor}"))).json()
        found += page["items"]
        cursor = page["next"]
    assert len({item["tag"] for item in found}) == len(found)
    assert [item["tag"] for item in found if mark in item["tag"]] == (tags if order == "tag" else tags[::-1])
    key = (lambda item: item["tag"]) if order == "tag" else (lambda item: (-item["posts"], item["tag"]))
    assert found == sorted(found, key=key)


@pytest.mark.parametrize("query", ["order=x", "limit=0", "cursor=x", "tag=a", "cursor="])
async def test_parameters_that_are_not_as_they_should_be_are_refused(press: Press, query: str) -> None:
    assert code(await press.get(f"/tags?{query}")) == (422, "InvalidRequest")
