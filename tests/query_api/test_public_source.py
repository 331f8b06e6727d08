"""Where sources are public, everybody gets what everybody may read as it was written, and nothing else."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.query_api.press import Press, asked

WRITTEN = "It was *long*."


@pytest.fixture(scope="module")
async def open_house(press: Press) -> AsyncIterator[httpx.AsyncClient]:
    async with asked(press.read, press.command_url, home=press.home, public_source=True) as (_, http):
        yield http


async def test_posts_and_comments_are_given_as_they_were_written(press: Press, open_house: httpx.AsyncClient) -> None:
    ana, ben = await press.author(), await press.author()
    post = await press.published(ana, "Boats", body=WRITTEN)
    comment = (await ben.post(f"/posts/{post}/comments", body=WRITTEN)).json()["id"]
    await press.project()
    for headers in ({}, ben.bearer):
        shown = (await open_house.get(f"/posts/{post}", headers=headers)).json()
        assert (shown["body"], shown["format"]) == (WRITTEN, "markdown")
        assert not {"excerpt_is_cut", "publish_at"} & shown.keys()
        assert (await open_house.get(f"/comments/{comment}", headers=headers)).json()["body"] == WRITTEN
        thread = (await open_house.get(f"/posts/{post}/comments", headers=headers)).json()
        assert [item["body"] for item in thread["items"]] == [WRITTEN]
    assert "body" not in (await press.get(f"/posts/{post}")).json()
    assert "body" not in (await press.get(f"/posts/{post}", ben)).json()
    assert "body" not in (await press.get(f"/comments/{comment}", ana)).json()


async def test_of_an_earlier_version_the_source_is_its_own(press: Press, open_house: httpx.AsyncClient) -> None:
    ana = await press.author()
    post = await press.published(ana, "Boats", body=WRITTEN)
    await ana.ask("PATCH", f"/posts/{post}", json={"body": "It was short."})
    await press.project()
    assert (await open_house.get(f"/posts/{post}?version=2")).json()["body"] == WRITTEN
    assert "body" not in (await press.get(f"/posts/{post}?version=2")).json()


async def test_what_is_not_public_stays_so(press: Press, open_house: httpx.AsyncClient) -> None:
    ana, ben = await press.author(), await press.author()
    draft = await ana.draft("A draft", body=WRITTEN)
    made = await ana.post(f"/posts/{draft}/preview")
    await press.project()
    for headers in ({}, ben.bearer):
        assert (await open_house.get(f"/posts/{draft}", headers=headers)).status_code == 404
    preview = (await open_house.get(made.json()["path"])).json()
    assert preview["status"] == "draft"
    assert "body" not in preview
