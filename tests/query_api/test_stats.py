from secrets import randbelow

import pytest

from tests.command_api.asking import code
from tests.query_api.press import Press


async def test_what_there_is_is_counted_and_what_is_hidden_is_not(press: Press) -> None:
    ana = await press.author()
    await press.project()
    before = (await press.get("/stats")).json()
    post = await press.published(ana, "Counted")
    await ana.draft("Not counted")
    await press.author()
    await press.project()
    after = (await press.get("/stats")).json()
    assert {name: after[name] - before[name] for name in before} == {"posts": 1, "comments": 0, "accounts": 1}
    await ana.ask("POST", f"/posts/{post}/unpublish")
    await press.project()
    assert (await press.get("/stats")).json()["posts"] == before["posts"]


async def test_every_day_is_there_the_last_one_first(press: Press) -> None:
    editor = await press.editor()
    year = 1000 + randbelow(800)
    post = await editor.draft("Long ago")
    sent = {"published_at": f"{year}-03-01T23:30:00-01:00"}
    assert (await editor.ask("POST", f"/posts/{post}/publish", json=sent)).status_code == 200
    await press.project()
    found = (await press.get(f"/stats/daily?from={year}-03-01&to={year}-03-03")).json()["items"]
    assert [(item["day"], item["posts"]) for item in found] == [
        (f"{year}-03-03", 0),
        (f"{year}-03-02", 1),
        (f"{year}-03-01", 0),
    ]
    assert len((await press.get("/stats/daily")).json()["items"]) == 30


@pytest.mark.parametrize(
    "query",
    [
        "from=x",
        "to=2026-02-30",
        "from=2026-01-02&to=2026-01-01",
        "from=2020-01-01&to=2026-01-01",
        "from=2026-01-01&from=2026-01-02",
        "day=1",
    ],
)
async def test_days_that_are_not_as_they_should_be_are_refused(press: Press, query: str) -> None:
    assert code(await press.get(f"/stats/daily?{query}")) == (422, "InvalidRequest")


async def test_days_are_bounded_as_time_is_not(press: Press) -> None:
    assert len((await press.get("/stats/daily?to=0001-01-03")).json()["items"]) == 2
    for query in ("to=0001-01-01", "from=9999-12-01&to=9999-12-31"):
        assert code(await press.get(f"/stats/daily?{query}")) == (422, "InvalidRequest")
