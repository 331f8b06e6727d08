"""What concerns whoever asks."""

from typing import Any

from tests.command_api.asking import Member
from tests.query_api.discussing import flag, say
from tests.query_api.press import Press


async def _noticed(press: Press, by: Member, limit: int = 100) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"/me/notifications?limit={limit}" + (cursor and f"&cursor={cursor}")
        answer = await press.get(path, by)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store"), answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next"]
    return found


async def test_comments_replies_and_followers_are_listed_the_newest_first(press: Press) -> None:
    ana, ben, eve = await press.author(), await press.author(), await press.author()
    post = await press.published(ana, "Noticed")
    said = await say(ben, post, "*First.*")
    reply = await say(eve, post, "An answer.", parent=said)
    await say(ana, post, "My own.")
    await eve.ask("PUT", f"/accounts/{ana.handle}/follow")
    await press.project()
    items = await _noticed(press, ana)
    assert [(item["kind"], item["by"]["handle"]) for item in items] == [
        ("follower", eve.handle),
        ("comment", eve.handle),
        ("comment", ben.handle),
    ]
    assert items[0]["comment"] is items[0]["post"] is None
    assert items[2]["comment"] == {"id": said, "parent": None, "status": "shown", "html": "<p><em>First.</em></p>\n"}
    assert items[2]["post"] == {"id": post, "slug": items[2]["post"]["slug"], "title": "Noticed"}
    assert [(item["kind"], item["comment"]["id"]) for item in await _noticed(press, ben)] == [("reply", reply)]
    assert await _noticed(press, ana, limit=1) == items
    assert await _noticed(press, eve) == []


async def test_a_comment_that_is_hidden_is_told_to_its_author_alone(press: Press) -> None:
    ana, ben = await press.author(), await press.author()
    post = await press.published(ana, "Moderated")
    said = await say(ben, post, "Not nice.")
    await flag(said, *[await press.author() for _ in range(3)])
    await press.project()
    assert await _noticed(press, ana) == []
    [notice] = await _noticed(press, ben)
    assert (notice["kind"], notice["by"], notice["comment"]["status"]) == ("moderation", None, "hidden")


async def test_nothing_is_told_of_posts_that_are_not_public_or_of_what_was_erased(press: Press) -> None:
    ana, ben, eve = await press.author(), await press.author(), await press.author()
    hidden, open_one = await press.published(ana, "Hidden again"), await press.published(ana, "Open")
    await say(ben, hidden, "Below what is a draft now.")
    await say(eve, open_one, "Soon erased.")
    await eve.ask("PUT", f"/accounts/{ana.handle}/follow")
    await ana.ask("POST", f"/posts/{hidden}/unpublish")
    await eve.ask("DELETE", "/accounts/me", json={"erase_content": True})
    await press.project()
    assert await _noticed(press, ana) == []
