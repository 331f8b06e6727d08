"""Preview links: whoever has one sees the draft, as long as who made it may."""

from secrets import token_hex
from typing import Any
from uuid import UUID

import pytest

from command_api.auth.access_tokens import sign
from command_api.posts import preview as door
from kit import clock
from tests.command_api.asking import Member, code
from tests.query_api.press import Press

NOT_VALID = (403, "PreviewNotValid")


async def link(by: Member, post: str, **fields: Any) -> str:
    answer = await by.ask("POST", f"/posts/{post}/preview", json=fields)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    path: str = answer.json()["path"]
    return path


async def test_whoever_has_the_link_sees_the_draft_and_not_how_it_is_written(press: Press) -> None:
    ana, other, mark = await press.author(), await press.author(), token_hex(6)
    post = await ana.draft("In the making", body="Some *words*", slug=f"draft-{mark}")
    await press.project()
    path = await link(ana, post)
    for reader in (None, other):
        answer = await press.get(path, reader)
        assert (answer.status_code, answer.json()["title"], answer.json()["status"]) == (200, "In the making", "draft")
        assert answer.json()["html"] == "<p>Some <em>words</em></p>\n"
        assert not {"body", "format", "liked"} & set(answer.json())
        assert answer.headers["cache-control"] == "private, no-store"
        assert (answer.headers["x-robots-tag"], answer.headers["referrer-policy"]) == ("noindex", "no-referrer")
    assert (await press.get(path.replace(post, f"draft-{mark}"))).status_code == 200
    assert code(await press.get(f"/posts/{post}")) == (404, "PostNotFound")


async def test_a_link_is_good_for_its_post_alone(press: Press) -> None:
    ana = await press.author()
    one, other = await ana.draft("One"), await ana.draft("Other")
    await press.project()
    path = await link(ana, one)
    assert code(await press.get(path.replace(one, other))) == NOT_VALID


@pytest.mark.parametrize("how", ["suspend", "close", "other_authors", "delete"])
async def test_a_link_is_good_as_long_as_its_maker_may_see_the_post(press: Press, how: str) -> None:
    ana, ben = await press.author(), await press.author()
    post = await ana.draft("Mine")
    await press.project()
    path = await link(ana, post)
    assert (await press.get(path)).status_code == 200
    if how == "suspend":
        done = await press.admin.ask("POST", f"/accounts/{ana.handle}/suspend")
    elif how == "close":
        done = await ana.ask("DELETE", "/accounts/me", json={"erase_content": False})
    elif how == "delete":
        done = await ana.ask("DELETE", f"/posts/{post}")
    else:
        done = await press.admin.ask("PATCH", f"/posts/{post}", json={"authors": [ben.handle]})
    assert done.status_code == 200, done.text
    await press.project()
    assert code(await press.get(path)) == NOT_VALID


async def test_only_its_authors_and_editors_make_a_link(press: Press) -> None:
    ana, other = await press.author(), await press.author()
    editor = await press.editor()
    post = await ana.draft("Mine")
    await press.project()
    assert code(await other.ask("POST", f"/posts/{post}/preview")) == (403, "NotTheAuthor")
    assert code(await ana.ask("POST", f"/posts/{UUID(int=7)}/preview")) == (404, "NoSuchPost")
    assert (await press.get(await link(editor, post))).status_code == 200
    for hours in (0, 721, "x"):
        answer = await ana.ask("POST", f"/posts/{post}/preview", json={"expires_in_hours": hours})
        assert code(answer) == (422, "InvalidRequest")


async def test_a_link_ends(press: Press) -> None:
    ana = await press.author()
    post = await ana.draft("Over")
    await press.project()
    expired = await door._sign(press.api.parts.keys, UUID(ana.account), UUID(post), clock.now().replace(year=2020))
    assert code(await press.get(f"/posts/{post}?preview={expired}")) == NOT_VALID


async def test_a_link_is_no_access_token_and_no_access_token_is_one(press: Press) -> None:
    ana = await press.author()
    post = await ana.draft("Apart")
    await press.project()
    token = (await link(ana, post)).partition("preview=")[2]
    answer = await press.get("/accounts/me", headers={"Authorization": f"Bearer {token}"})
    assert code(answer) == (401, "InvalidToken")
    access = await sign(press.api.parts.keys, UUID(ana.account), frozenset(), UUID(int=1))
    for forged in (access, token[:-4] + "AAAA", "x", "a.b.c", "é"):
        assert code(await press.get(f"/posts/{post}?preview={forged}")) == NOT_VALID


@pytest.mark.parametrize("query", ["preview=", "preview=a&version=1", "preview=a&preview=b", f"preview={'a' * 5000}"])
async def test_what_is_not_as_it_should_be_is_refused(press: Press, query: str) -> None:
    assert code(await press.get(f"/posts/none?{query}")) == (422, "InvalidRequest")
