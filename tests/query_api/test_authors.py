from tests.command_api.asking import code
from tests.query_api.press import Press


async def test_an_author_is_shown_with_how_much_is_published(press: Press) -> None:
    ana = await press.author()
    await press.published(ana, "One")
    await ana.draft("Two")
    await ana.ask("PATCH", "/accounts/me", json={"biography": "Writes by the sea."})
    await press.project()
    answer = await press.get(f"/authors/{ana.handle}")
    found = answer.json()
    assert (found["id"], found["name"], found["biography"]) == (ana.account, ana.handle.title(), "Writes by the sea.")
    assert (found["handle"], found["posts"]) == (ana.handle, 1)
    assert ana.handle + "@" not in answer.text
    assert answer.headers["cache-control"] == "public, no-cache"
    assert (await press.get(f"/authors/{ana.account}")).json() == found


async def test_an_earlier_handle_leads_to_the_present_one(press: Press) -> None:
    ana = await press.author()
    changed = await ana.ask("POST", "/accounts/me/handle", json={"handle": f"{ana.handle}x"})
    assert changed.status_code == 200, changed.text
    await press.project()
    answer = await press.get(f"/authors/{ana.handle}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/authors/{ana.handle}x")


async def test_a_handle_is_found_in_any_case(press: Press) -> None:
    ana = await press.author()
    await press.project()
    answer = await press.get(f"/authors/{ana.handle.upper()}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/authors/{ana.handle}")


async def test_a_credited_author_has_a_page(press: Press) -> None:
    assert (await press.admin.post("/authors", handle="selma", name="Selma Lagerlöf")).status_code == 201
    await press.project()
    assert (await press.get("/authors/selma")).json()["name"] == "Selma Lagerlöf"


async def test_who_closed_their_account_is_found_by_name_no_more(press: Press) -> None:
    ana = await press.author()
    await press.published(ana, "Stays")
    await ana.ask("DELETE", "/accounts/me")
    await press.project()
    assert code(await press.get(f"/authors/{ana.handle}")) == (404, "AuthorNotFound")
    found = (await press.get(f"/authors/{ana.account}")).json()
    assert (found["handle"], found["name"], found["biography"], found["posts"]) == (None, "former author", None, 1)


async def test_what_is_not_known_is_not_found_whatever_its_form(press: Press) -> None:
    for handle in ("nobody", "%00", "x" * 3000, "漢", "00000000-0000-0000-0000-000000000000"):
        assert code(await press.get(f"/authors/{handle}")) == (404, "AuthorNotFound")


async def test_followers_are_counted_and_whether_one_is_among_them_is_told(press: Press) -> None:
    ana, ben, eve = await press.author(), await press.author(), await press.author()
    for follower in (ben, eve):
        assert (await follower.ask("PUT", f"/accounts/{ana.handle}/follow")).status_code == 200
    await press.project()
    found = (await press.get(f"/authors/{ana.handle}")).json()
    assert (found["followers"], found["following"]) == (2, 0)
    assert "followed" not in found
    assert (await press.get(f"/authors/{ben.handle}")).json()["following"] == 1
    left = await ben.ask("DELETE", f"/accounts/{ana.handle}/follow")
    await press.project()
    seen = [
        await press.get(f"/authors/{ana.handle}", by, headers={"Consistency-Token": left.headers["consistency-token"]})
        for by in (ben, eve)
    ]
    assert [(answer.json()["followers"], answer.json()["followed"]) for answer in seen] == [(1, False), (1, True)]
    assert {answer.headers["cache-control"] for answer in seen} == {"private, no-cache"}
    await ben.ask("DELETE", "/accounts/me")
    await press.project()
    assert (await press.get(f"/authors/{ben.account}")).json()["followers"] == 0
