from tests.command_api.asking import code
from tests.query_api.press import Press


async def test_a_published_post_is_read_by_id_and_by_slug(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "The keeper", body="It was *long*.", tags=["Sea"])
    await press.project()
    by_id, by_slug = await press.get(f"/posts/{post}"), await press.get("/posts/the-keeper")
    assert by_id.status_code == 200, by_id.text
    assert by_id.content == by_slug.content
    found = by_id.json()
    assert (found["id"], found["slug"], found["status"], found["version"]) == (post, "the-keeper", "published", 2)
    assert (found["html"], found["excerpt"], found["tags"]) == (
        "<p>It was <em>long</em>.</p>\n",
        "It was long.",
        ["Sea"],
    )
    assert found["authors"] == [{"id": ana.account, "handle": ana.handle, "name": ana.handle.title()}]
    assert found["published_at"].endswith("Z")
    assert not {"body", "format", "author_ids", "owner"} & set(found)


async def test_an_old_slug_leads_to_the_present_one(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Moving house")
    await ana.ask("PUT", f"/posts/{post}/slug", json={"slug": "élan-漢"})
    await press.project()
    answer = await press.get("/posts/moving-house")
    assert (answer.status_code, answer.headers["location"]) == (308, "/posts/%C3%A9lan-%E6%BC%A2")
    assert (await press.get(answer.headers["location"])).json()["id"] == post


async def test_a_slug_that_found_a_new_owner_leads_there(press: Press) -> None:
    ana = await press.author()
    first = await press.published(ana, "Handed on")
    assert (await ana.ask("DELETE", f"/posts/{first}")).status_code == 200
    second = await press.published(ana, "Handed on")
    await press.project()
    assert (await press.get("/posts/handed-on")).json()["id"] == second
    assert code(await press.get(f"/posts/{first}")) == (404, "PostNotFound")


async def test_of_two_claims_on_a_slug_the_later_leads(press: Press) -> None:
    """Partitions are folded apart: for a moment the slug's former owner may still be here."""
    ana = await press.author()
    first, second = await press.published(ana, "Claimed"), await press.published(ana, "Claimed again")
    await press.project()
    await press.change_read_database("INSERT INTO post_slugs_g1.post_slugs VALUES ('claimed', 999999999, $1)", second)
    try:
        answer = await press.get("/posts/claimed")
        assert (answer.status_code, answer.headers["location"]) == (308, "/posts/claimed-again")
    finally:
        await press.change_read_database("DELETE FROM post_slugs_g1.post_slugs WHERE position = 999999999")
    assert (await press.get("/posts/claimed")).json()["id"] == first


async def test_a_draft_is_seen_by_its_authors_and_editors_alone(press: Press) -> None:
    ana, ben, editor = await press.author(), await press.author(), await press.editor()
    post = await ana.draft("Not yet", slug="not-yet")
    await press.project()
    for path in (f"/posts/{post}", "/posts/not-yet"):
        for reader in (None, ben):
            assert code(await press.get(path, reader)) == (404, "PostNotFound")
        for reader in (ana, editor):
            assert (await press.get(path, reader)).json()["status"] == "draft"


async def test_a_drafts_old_slug_tells_the_public_nothing(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Second thoughts")
    await ana.ask("PUT", f"/posts/{post}/slug", json={"slug": "third-thoughts"})
    for step in ("unpublish", "archive"):
        await ana.ask("POST", f"/posts/{post}/{step}")
        await press.project()
        for path in ("second-thoughts", "third-thoughts", post):
            assert code(await press.get(f"/posts/{path}")) == (404, "PostNotFound")
        assert (await press.get("/posts/second-thoughts", ana)).status_code == 308


async def test_a_deleted_post_is_gone_for_everybody(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Short lived")
    await ana.ask("DELETE", f"/posts/{post}")
    await press.project()
    for path in (post, "short-lived"):
        for reader in (None, ana, press.admin):
            assert code(await press.get(f"/posts/{path}", reader)) == (404, "PostNotFound")


async def test_those_who_may_change_a_post_see_how_it_is_written(press: Press) -> None:
    ana, ben = await press.author(), await press.author()
    post = await press.published(ana, "Source", body="*a*")
    await press.project()
    own = (await press.get(f"/posts/{post}", ana)).json()
    assert (own["body"], own["format"], own["excerpt_is_cut"]) == ("*a*", "markdown", True)
    seen = (await press.get(f"/posts/{post}")).json()
    assert (await press.get(f"/posts/{post}", ben)).json() == {**seen, "liked": False}


async def test_what_is_not_known_is_not_found_whatever_its_form(press: Press) -> None:
    assert code(await press.get("/posts/..%2f")) == (404, "NotFound")
    for path in ("nothing", "%00", "a%00b", "x" * 5000, "%FF%FE", "00000000000000000000000000000000", "漢"):
        assert code(await press.get(f"/posts/{path}")) == (404, "PostNotFound")


async def test_the_present_name_of_an_author_is_shown(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Renamed")
    await press.project()
    before = await press.get(f"/posts/{post}")
    await ana.ask("PATCH", "/accounts/me", json={"name": "Ana Marina"})
    await press.project()
    after = await press.get(f"/posts/{post}")
    assert after.json()["authors"][0]["name"] == "Ana Marina"
    assert before.headers["etag"] != after.headers["etag"]


async def test_who_closed_their_account_is_a_former_author(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Left behind")
    assert (await ana.ask("DELETE", "/accounts/me")).status_code == 200
    await press.project()
    found = (await press.get(f"/posts/{post}")).json()
    assert found["authors"] == [{"id": ana.account, "handle": None, "name": "former author"}]


async def test_a_post_whose_text_was_erased_is_gone_for_everybody(press: Press) -> None:
    ana, tag = await press.author(), "taken-along"
    post = await press.published(ana, "Taken along", tags=[tag])
    await press.project()
    answer = await ana.ask("DELETE", "/accounts/me", json={"erase_content": True})
    assert answer.status_code == 200, answer.text
    await press.project()
    for reader in (None, press.admin):
        for path in (post, "taken-along"):
            assert code(await press.get(f"/posts/{path}", reader)) == (404, "PostNotFound")
        assert (await press.get(f"/posts?tag={tag}", reader)).json()["items"] == []


async def test_an_answer_that_is_still_good_is_not_sent_again(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Once")
    await press.project()
    first = await press.get(f"/posts/{post}")
    assert first.headers["etag"].startswith('"2.')
    again = await press.get(f"/posts/{post}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    await ana.ask("PATCH", f"/posts/{post}", json={"title": "Twice"})
    await press.project()
    changed = await press.get(f"/posts/{post}", headers={"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, changed.json()["title"]) == (200, "Twice")


async def test_caches_keep_public_answers_alone_and_ask_again(press: Press) -> None:
    ana = await press.author()
    public, draft = await press.published(ana, "Public"), await ana.draft("Private")
    await press.project()
    shown = await press.get(f"/posts/{public}")
    assert (shown.headers["cache-control"], shown.headers["vary"]) == ("public, no-cache", "Authorization")
    assert (await press.get(f"/posts/{public}", ana)).headers["cache-control"] == "private, no-cache"
    assert (await press.get(f"/posts/{draft}", ana)).headers["cache-control"] == "private, no-store"
    assert (await press.get(f"/posts/{draft}")).headers["cache-control"] == "no-store"
