"""The past of a post: whole for those who may change it, and for the public what was public."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from tests.command_api.asking import Member, code
from tests.query_api.press import Press


async def changed(by: Member, post: str, **fields: Any) -> None:
    answer = await by.ask("PATCH", f"/posts/{post}", json=fields)
    assert answer.status_code == 200, answer.text


async def step(by: Member, post: str, name: str) -> None:
    assert (await by.ask("POST", f"/posts/{post}/{name}")).status_code == 200


async def now(press: Press) -> str:
    """A moment after all that is written, and before all that will be."""
    [row] = await press.parts.database.rows("SELECT max(recorded_at) AS at FROM serving.post_history")
    at: datetime = row["at"]
    return quote(at.astimezone(UTC).isoformat())


@pytest.fixture(scope="module")
async def story(press: Press) -> dict[str, Any]:
    """Versions: 1 drafted, 2 revised, 3 published, 4 revised, 5 unpublished, 6 revised, 7 published."""
    ana = await press.author()
    post = await ana.draft("First", body="One\nline", excerpt="Secret plan")
    await press.project()
    drafted = await now(press)
    await changed(ana, post, title="Second", excerpt=None)
    await step(ana, post, "publish")
    await press.project()
    published = await now(press)
    await changed(ana, post, body="Two\nline", tags=["New"])
    await step(ana, post, "unpublish")
    await changed(ana, post, title="Hidden in between")
    await step(ana, post, "publish")
    await press.project()
    return {"ana": ana, "post": post, "drafted": drafted, "published": published}


async def test_the_public_sees_what_was_public_then(press: Press, story: dict[str, Any]) -> None:
    at_first = (await press.get(f"/posts/{story['post']}?as_of={story['published']}")).json()
    assert (at_first["version"], at_first["title"], at_first["html"]) == (3, "Second", "<p>One\nline</p>\n")
    assert (at_first["excerpt"], at_first["tags"], "body" in at_first) == ("One line", [], False)
    assert (await press.get(f"/posts/{story['post']}?version=4")).json()["html"] == "<p>Two\nline</p>\n"
    assert (await press.get(f"/posts/{story['post']}?version=7")).json()["title"] == "Hidden in between"


@pytest.mark.parametrize("query", ["version=1", "version=2", "version=5", "version=6", "version=8", "as_of=2000-01-01"])
async def test_the_public_never_sees_what_was_not(press: Press, story: dict[str, Any], query: str) -> None:
    other = await press.author()
    for reader in (None, other):
        assert code(await press.get(f"/posts/{story['post']}?{query}", reader)) == (404, "PostNotFound")


async def test_its_authors_see_every_version(press: Press, story: dict[str, Any]) -> None:
    ana, post = story["ana"], story["post"]
    first = await press.get(f"/posts/{post}?as_of={story['drafted']}", ana)
    assert (first.json()["title"], first.json()["body"], first.json()["status"]) == ("First", "One\nline", "draft")
    assert first.headers["cache-control"] == "private, no-store"
    sixth = (await press.get(f"/posts/{post}/revisions/6", ana)).json()
    assert (sixth["version"], sixth["title"], sixth["status"]) == (6, "Hidden in between", "draft")
    assert code(await press.get(f"/posts/{post}/revisions/99", ana)) == (404, "PostNotFound")


async def test_revisions_are_listed_in_pages_the_newest_first(press: Press, story: dict[str, Any]) -> None:
    seen: list[Any] = []
    path: str | None = f"/posts/{story['post']}/revisions?limit=3"
    while path is not None:
        answer = await press.get(path, story["ana"])
        seen += [(item["version"], item["kind"]) for item in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else None
    kinds = ["drafted", "revised", "published", "revised", "unpublished", "revised", "published"]
    assert seen == list(enumerate(kinds, 1))[::-1]


async def test_two_versions_are_compared_in_either_direction(press: Press, story: dict[str, Any]) -> None:
    path = f"/posts/{story['post']}/diff"
    found = (await press.get(f"{path}?from=1&to=4", story["ana"])).json()
    assert found["fields"]["title"] == {"before": "First", "after": "Second"}
    assert found["fields"]["tags"] == {"before": [], "after": ["New"]}
    [hunk] = found["body"]
    assert [(line["change"], line["text"]) for line in hunk["lines"]] == [("-", "One"), ("+", "Two"), ("=", "line")]
    back = (await press.get(f"{path}?from=4&to=1", story["ana"])).json()
    assert back["fields"]["title"] == {"before": "Second", "after": "First"}
    assert (await press.get(f"{path}?from=4&to=4", story["ana"])).json()["fields"] == {}


async def test_history_is_for_those_who_may_change_the_post(press: Press, story: dict[str, Any]) -> None:
    other, editor = await press.author(), await press.editor()
    for path in ("revisions", "revisions/3", "diff?from=1&to=2"):
        whole = f"/posts/{story['post']}/{path}"
        assert (await press.get(whole, editor)).status_code == 200
        assert code(await press.get(whole, other)) == (403, "NotTheAuthor")
        assert code(await press.get(whole)) == (401, "SignInNeeded")


@pytest.mark.parametrize("how", ["draft", "archive", "delete", "erase"])
async def test_the_past_of_what_is_not_public_is_not_told(press: Press, how: str) -> None:
    ana, other = await press.author(), await press.author()
    post = await (ana.draft("Hidden") if how == "draft" else press.published(ana, "Hidden"))
    if how == "erase":
        await ana.ask("DELETE", "/accounts/me", json={"erase_content": True})
    elif how == "delete":
        await ana.ask("DELETE", f"/posts/{post}")
    elif how == "archive":
        await step(ana, post, "archive")
    await press.project()
    for path in ("?version=1", "?version=2", "?as_of=2100-01-01", "/revisions", "/revisions/1", "/diff?from=1&to=1"):
        assert code(await press.get(f"/posts/{post}{path}", other)) == (404, "PostNotFound"), path
        editor = press.admin if how in {"delete", "erase"} else None
        if editor is not None:
            assert code(await press.get(f"/posts/{post}{path}", editor)) == (404, "PostNotFound"), path


async def test_a_deleted_post_leaves_no_text_behind(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Gone", body="Once")
    await changed(ana, post, body="Twice")
    await press.project()
    held = "SELECT count(*) AS versions FROM serving.post_history WHERE post = $1"
    assert (await press.parts.database.rows(held, post))[0]["versions"] == 3
    await ana.ask("DELETE", f"/posts/{post}")
    await press.project()
    assert (await press.parts.database.rows(held, post))[0]["versions"] == 0


async def test_an_old_slug_leads_to_the_same_past(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Moves", slug="moves-on")
    await ana.ask("PUT", f"/posts/{post}/slug", json={"slug": "moved-on"})
    await press.project()
    answer = await press.get("/posts/moves-on?version=2")
    assert (answer.status_code, answer.headers["location"]) == (308, "/posts/moved-on?version=2")
    assert (await press.get("/posts/moved-on?version=2")).json()["slug"] == "moves-on"


@pytest.mark.parametrize(
    "path",
    [
        "?version=0",
        "?version=x",
        "?version=1&version=2",
        "?version=99999999999",
        "?as_of=yesterday",
        "?version=1&as_of=2026-01-01",
        "/revisions/x",
        "/revisions/0",
        "/revisions?limit=0",
        "/revisions?cursor=x",
        "/diff",
        "/diff?from=1",
        "/diff?from=1&to=0",
    ],
)
async def test_what_is_not_as_it_should_be_is_refused(press: Press, story: dict[str, Any], path: str) -> None:
    assert code(await press.get(f"/posts/{story['post']}{path}", story["ana"])) == (422, "InvalidRequest")
