"""A scheduled post, as its authors and everybody else see it."""

from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from tests.command_api.asking import Member, code
from tests.query_api.press import Press
from tests.query_api.test_post_lists import titles
from tests.query_api.test_previews import link


def ahead(days: int = 1) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%dT12:00:00.250000Z}"


async def scheduled(by: Member, title: str, days: int = 1, **fields: Any) -> str:
    post = await by.draft(title, **fields)
    assert (await by.post(f"/posts/{post}/schedule", publish_at=ahead(days))).status_code == 200
    return post


async def test_scheduled_posts_are_listed_by_their_time_for_authors_and_editors(press: Press) -> None:
    ana, ben, editor = await press.author(), await press.author(), await press.editor()
    tag = f"tag-{token_hex(6)}"
    for title, days in (("Second", 2), ("First", 1), ("Third", 3)):
        await scheduled(ana, title, days, tags=[tag])
    await scheduled(ben, "Of Ben", 4, tags=[tag])
    await press.project()
    path = f"/posts?tag={tag}&status=scheduled"
    assert code(await press.get(path)) == (401, "SignInNeeded")
    assert code(await press.get(f"{path}&author={ana.handle}", ben)) == (403, "EditorRoleRequired")
    assert await titles(press, f"{path}&order=published_at", ana) == ["First", "Second", "Third"]
    assert await titles(press, path, editor) == ["Of Ben", "Third", "Second", "First"]
    for mine in ("/me/posts", "/me/posts?status=scheduled"):
        [card] = (await press.get(mine, ben)).json()["items"]
        assert (card["status"], card["publish_at"], card["published_at"]) == ("scheduled", ahead(4), None)
    assert await titles(press, f"/posts?tag={tag}", ana) == []


async def test_the_time_is_for_those_who_may_change_the_post(press: Press) -> None:
    ana, other = await press.author(), await press.author()
    post = await scheduled(ana, "Later")
    await press.project()
    for reader in (ana, press.admin):
        shown = (await press.get(f"/posts/{post}", reader)).json()
        assert (shown["status"], shown["publish_at"]) == ("scheduled", ahead())
    for stranger in (None, other):
        assert code(await press.get(f"/posts/{post}", stranger)) == (404, "PostNotFound")
        assert "publish_at" not in (await press.get(await link(ana, post), stranger)).json()
    await ana.ask("POST", f"/posts/{post}/publish")
    await press.project()
    for anybody in (None, other, ana):
        assert "publish_at" not in (await press.get(f"/posts/{post}", anybody)).json()


async def test_history_tells_of_schedules(press: Press) -> None:
    ana = await press.author()
    post = await scheduled(ana, "Now and then")
    await ana.ask("POST", f"/posts/{post}/unschedule")
    await scheduled_again(ana, post)
    await ana.ask("POST", f"/posts/{post}/publish")
    await press.project()
    revisions = (await press.get(f"/posts/{post}/revisions", ana)).json()["items"]
    assert [each["kind"] for each in revisions] == ["published", "scheduled", "unscheduled", "scheduled", "drafted"]
    shown = [(await press.get(f"/posts/{post}?version={version}", ana)).json() for version in (1, 2, 3, 4, 5)]
    assert [each["status"] for each in shown] == ["draft", "scheduled", "draft", "scheduled", "published"]
    assert [each.get("publish_at") for each in shown] == [None, ahead(), None, ahead(2), None]
    fields = (await press.get(f"/posts/{post}/diff?from=2&to=5", ana)).json()["fields"]
    assert fields["publish_at"] == {"before": ahead(), "after": None}
    assert code(await press.get(f"/posts/{post}?version=2")) == (404, "PostNotFound")


async def scheduled_again(by: Member, post: str) -> None:
    assert (await by.post(f"/posts/{post}/schedule", publish_at=ahead(2))).status_code == 200
