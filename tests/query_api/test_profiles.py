from typing import Any

from tests.command_api.asking import Member
from tests.query_api.press import Press

PICTURE = "https://pictures.example/ana.jpg"


async def portrayed(press: Press) -> Member:
    ana = await press.author()
    await ana.ask("PATCH", "/accounts/me", json={"biography": "Writes.", "picture": PICTURE})
    return ana


async def profiles(press: Press, path: str, by: Member | None = None) -> dict[str, Any]:
    answer = await press.get(path, by)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["profiles"]
    return found


async def test_authors_are_portrayed_beside_their_posts_when_asked_for(press: Press) -> None:
    ana, ben = await portrayed(press), await press.author()
    post = await press.published(ana, "Boats")
    await ben.ask("PUT", f"/accounts/{ana.handle}/follow")
    await press.project()
    shown = {"biography": "Writes.", "picture": PICTURE}
    for path in (f"/posts/{post}?profiles=true", f"/posts?author={ana.handle}&profiles=true"):
        assert await profiles(press, path) == {ana.account: shown}
        assert await profiles(press, path, ben) == {ana.account: {**shown, "followed": True}}
        assert await profiles(press, path, ana) == {ana.account: {**shown, "followed": False}}
        assert "profiles" not in (await press.get(path.replace("true", "false"))).json()


async def test_those_who_comment_are_portrayed_too(press: Press) -> None:
    ana, ben = await portrayed(press), await press.author()
    post = await press.published(ben, "Boats")
    for by in (ana, ben, ana):
        comment = (await by.post(f"/posts/{post}/comments", body="A line.")).json()["id"]
    await press.project()
    found = await profiles(press, f"/posts/{post}/comments?profiles=true")
    assert found[ana.account] == {"biography": "Writes.", "picture": PICTURE}
    assert found.keys() == {ana.account, ben.account}
    assert (await profiles(press, f"/comments/{comment}?profiles=true")).keys() == {ana.account}
    assert await profiles(press, f"/posts/{post}/comments?profiles=true&limit=1", ben) == {
        ana.account: {"biography": "Writes.", "picture": PICTURE, "followed": False}
    }


async def test_a_picture_is_on_ones_own_page_and_goes_with_the_account(press: Press) -> None:
    ana = await portrayed(press)
    post = await press.published(ana, "Stays")
    await press.project()
    assert (await press.get("/accounts/me", ana)).json()["picture"] == PICTURE
    assert (await press.get(f"/authors/{ana.handle}")).json()["picture"] == PICTURE
    await ana.ask("DELETE", "/accounts/me")
    await press.project()
    assert await profiles(press, f"/posts/{post}?profiles=true") == {ana.account: {"biography": None, "picture": None}}


async def test_an_empty_page_has_no_profiles(press: Press) -> None:
    assert await profiles(press, "/posts?author=nobody-at-all&profiles=true") == {}
    assert (await press.get("/posts?profiles=yes")).status_code == 422
