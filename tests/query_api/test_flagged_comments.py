"""What moderators should look at."""

import pytest

from tests.command_api.asking import Member, code
from tests.query_api.discussing import flag, say
from tests.query_api.press import Press


async def _waiting(press: Press, editor: Member, among: list[str], limit: int = 100) -> list[str]:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"/comments?status=flagged&limit={limit}" + (cursor and f"&cursor={cursor}")
        page = (await press.get(path, editor)).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert len(set(found)) == len(found)
    return [comment for comment in found if comment in among]


async def test_editors_see_what_was_flagged_who_waits_longest_first(press: Press) -> None:
    ana, ben, editor = await press.author(), await press.author(), await press.editor()
    post = await press.published(ana, "Flagged here")
    comments = [await say(ben, post, f"comment {n}") for n in range(4)]
    for comment in (comments[2], comments[0], comments[1]):
        await flag(comment, ana)
    await press.project()
    expected = [comments[2], comments[0], comments[1]]
    assert await _waiting(press, editor, comments) == expected
    assert await _waiting(press, editor, comments, limit=1) == expected
    items = (await press.get("/comments?limit=100", editor)).json()["items"]
    [item] = [item for item in items if item["id"] == comments[2]]
    assert (item["flags"], item["status"]) == (1, "shown")
    assert item["post"] == {"id": post, "slug": item["post"]["slug"], "title": "Flagged here"}
    await editor.ask("POST", f"/comments/{comments[2]}/approve")
    await editor.ask("POST", f"/comments/{comments[0]}/reject")
    await press.project()
    assert await _waiting(press, editor, comments) == [comments[1]]


async def test_what_was_flagged_below_a_post_that_is_gone_waits_for_nobody(press: Press) -> None:
    ana, ben, editor = await press.author(), await press.author(), await press.editor()
    post = await press.published(ana)
    comment = await say(ben, post, "x")
    await flag(comment, ana)
    await ana.ask("DELETE", f"/posts/{post}")
    await press.project()
    assert await _waiting(press, editor, [comment], limit=1) == []


async def test_nobody_else_sees_what_was_flagged(press: Press) -> None:
    ana = await press.author()
    await press.project()
    assert code(await press.get("/comments")) == (401, "SignInNeeded")
    assert code(await press.get("/comments?status=flagged", ana)) == (403, "EditorRoleRequired")


@pytest.mark.parametrize("query", ["status=shown", "limit=101", "cursor=x", "post=1"])
async def test_parameters_that_are_not_as_they_should_be_are_refused(press: Press, query: str) -> None:
    assert code(await press.get(f"/comments?{query}", press.admin)) == (422, "InvalidRequest")
