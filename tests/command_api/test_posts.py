import asyncio
from uuid import uuid4

from tests.command_api.asking import Api, code


async def test_a_drafted_post_is_created_with_its_id_version_and_token(api: Api) -> None:
    ines = await api.member()
    answer = await ines.post("/posts", title="On the sea", body="Long before.")
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/posts/{made['id']}"
    assert answer.headers["consistency-token"] == made["token"]
    assert made["version"] == 1
    assert await api.types(f"post-{made['id']}") == ["PostDrafted"]


async def test_publish_true_drafts_and_publishes_in_one_append(api: Api) -> None:
    ines = await api.member()
    post = await ines.draft(publish=True)
    assert await api.types(f"post-{post}") == ["PostDrafted", "PostPublished"]
    rows = await api.pool.fetch("SELECT DISTINCT append_id FROM events WHERE stream = $1", f"post-{post}")
    assert len(rows) == 1


async def test_a_post_goes_through_all_its_states(api: Api) -> None:
    ines = await api.member()
    post = await ines.draft()
    for step in ("publish", "unpublish", "archive", "restore"):
        answer = await ines.ask("POST", f"/posts/{post}/{step}")
        assert answer.status_code == 200, answer.text
    assert (await ines.ask("PATCH", f"/posts/{post}", json={"title": "B"})).json()["version"] == 6
    assert (await ines.ask("PUT", f"/posts/{post}/slug", json={"slug": "another"})).status_code == 200
    assert (await ines.ask("DELETE", f"/posts/{post}")).status_code == 200
    assert code(await ines.ask("PATCH", f"/posts/{post}", json={"title": "C"})) == (404, "NoSuchPost")


async def test_a_change_that_changes_nothing_answers_with_the_version_as_it_is(api: Api) -> None:
    ines = await api.member()
    post = await ines.draft("Same")
    answer = await ines.ask("PATCH", f"/posts/{post}", json={"title": "Same"})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert answer.json()["token"]


async def test_if_match_of_an_older_version_is_refused_with_412(api: Api) -> None:
    ines = await api.member()
    post = await ines.draft()
    first = await ines.ask("PATCH", f"/posts/{post}", json={"title": "B"}, headers={"If-Match": '"1.0a"'})
    assert first.status_code == 200
    second = await ines.ask("PATCH", f"/posts/{post}", json={"title": "C"}, headers={"If-Match": '"1"'})
    assert code(second) == (412, "VersionConflict")
    third = await ines.ask("PATCH", f"/posts/{post}", json={"title": "C"}, headers={"If-Match": first.headers["etag"]})
    assert third.status_code == 200
    malformed = await ines.ask("PATCH", f"/posts/{post}", json={"title": "C"}, headers={"If-Match": "three"})
    assert code(malformed) == (400, "MalformedIfMatch")


async def test_another_persons_post_is_refused_with_the_rule(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    post = await ines.draft()
    assert code(await bram.ask("PATCH", f"/posts/{post}", json={"title": "B"})) == (403, "NotTheAuthor")
    assert code(await bram.ask("DELETE", f"/posts/{uuid4()}")) == (404, "NoSuchPost")


async def test_an_empty_body_cannot_be_published(api: Api) -> None:
    ines = await api.member()
    answer = await ines.post("/posts", title="Nothing", publish=True)
    assert code(answer) == (409, "NothingToPublish")
    assert answer.json()["errors"][0]["pointer"] == "/body"


async def test_a_slug_asked_for_is_refused_when_taken_and_a_derived_one_moves_on(api: Api) -> None:
    ines = await api.member()
    await ines.draft("Tide")
    await ines.draft("Tide")
    answer = await ines.post("/posts", title="Other", slug="tide")
    assert code(answer) == (409, "SlugTaken")
    assert answer.json()["errors"][0]["pointer"] == "/slug"


async def test_of_many_posts_of_one_title_each_has_the_next_number(api: Api) -> None:
    ines = await api.member()
    written = await asyncio.gather(*(ines.post("/posts", title="Tide", body="It came.") for _ in range(32)))
    assert {answer.status_code for answer in written} == {201}
    slugs = await api.pool.fetch("SELECT value FROM claims WHERE kind = 'slug'")
    assert {row["value"] for row in slugs} == {"tide"} | {f"tide-{number}" for number in range(2, 33)}


async def test_of_many_who_ask_for_one_slug_all_others_are_refused(api: Api) -> None:
    ines = await api.member()
    asked = await asyncio.gather(*(ines.post("/posts", title="Tide", slug="tide") for _ in range(8)))
    assert sorted(answer.status_code for answer in asked) == [201] + [409] * 7
    assert {code(answer) for answer in asked if answer.status_code != 201} == {(409, "SlugTaken")}


async def test_an_editor_names_authors_by_handle(api: Api) -> None:
    admin, ines = await api.admin(), await api.member("ines")
    post = await admin.draft(authors=["ines", "ADMIN"])
    answer = await ines.ask("PATCH", f"/posts/{post}", json={"title": "Mine too"})
    assert answer.status_code == 200
    unknown = await admin.post("/posts", title="T", authors=["ines", "nobody-here"])
    assert code(unknown) == (422, "InvalidRequest")
    assert unknown.json()["errors"][0]["pointer"] == "/authors/1"
    assert code(await ines.post("/posts", title="T", authors=["admin"])) == (403, "AuthorsNotYours")


async def test_an_editor_dates_a_post_that_is_published_at_once(api: Api) -> None:
    admin = await api.admin()
    await admin.draft(publish=True, published_at="2019-04-05T06:07:08Z")
    answer = await admin.post("/posts", title="T", body="B", published_at="2019-04-05T06:07:08Z")
    assert code(answer) == (422, "InvalidRequest")


async def test_nobody_posts_without_a_token(api: Api) -> None:
    answer = await api.http.post("/posts", json={"title": "T"})
    assert code(answer) == (401, "SignInNeeded")
    assert answer.headers["www-authenticate"] == "Bearer"
