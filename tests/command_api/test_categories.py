"""The doors to categories and tags."""

import asyncio
from uuid import uuid4

from kit.settings import Settings
from tests.command_api.asking import Api, Member, code, opened_api


async def made(editor: Member, name: str, parent: str | None = None) -> str:
    answer = await editor.post("/categories", name=name, parent=parent)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_category_goes_through_all_that_can_happen_to_it(api: Api) -> None:
    admin = await api.admin()
    answer = await admin.post("/categories", name="Sea")
    sea = answer.json()["id"]
    assert (answer.status_code, answer.headers["location"]) == (201, f"/categories/{sea}")
    coast = await made(admin, "Coast", "sea")
    moved = await admin.ask("PATCH", f"/categories/{coast}", json={"name": "Shore", "slug": "shore", "parent": None})
    assert (moved.status_code, moved.json()["version"]) == (200, 4)
    same = await admin.ask("PATCH", f"/categories/{coast}", json={"name": "Shore", "parent": None})
    assert (same.status_code, same.json()["version"]) == (200, 4)
    assert (await admin.ask("DELETE", f"/categories/{coast}")).status_code == 200
    assert await api.types("taxonomy") == [
        "CategoryCreated",
        "CategoryCreated",
        "CategoryRenamed",
        "CategoryMoved",
        "CategoryDeleted",
    ]
    assert code(await admin.ask("PATCH", f"/categories/{coast}", json={})) == (404, "NoSuchCategory")


async def test_what_the_rules_refuse_says_where(api: Api) -> None:
    admin = await api.admin()
    sea = await made(admin, "Sea")
    coast = await made(admin, "Coast", sea)
    below = await admin.ask("PATCH", f"/categories/{sea}", json={"parent": coast})
    assert code(below) == (409, "CategoryBelowItself")
    assert below.json()["errors"][0]["pointer"] == "/parent"
    assert code(await admin.ask("DELETE", f"/categories/{sea}")) == (409, "CategoryHasChildren")
    assert code(await admin.post("/categories", name="SEA")) == (409, "CategoryNameTaken")
    assert code(await admin.post("/categories", name="x", slug="coast")) == (409, "CategorySlugTaken")
    assert code(await admin.post("/categories", name="x", parent=str(uuid4()))) == (422, "CategoryUnknown")
    assert code(await admin.post("/categories", name="x", colour="red")) == (422, "InvalidRequest")


async def test_only_editors_sort(api: Api) -> None:
    ines = await api.member()
    for method, path, body in (
        ("POST", "/categories", {"name": "Sea"}),
        ("PATCH", f"/categories/{uuid4()}", {}),
        ("DELETE", f"/categories/{uuid4()}", {}),
        ("POST", "/tags/sea/rename", {"name": "Ocean"}),
        ("POST", "/tags/sea/rename", {"into": "Ocean"}),
    ):
        assert code(await ines.ask(method, path, json=body)) == (403, "EditorRoleRequired")
        assert code(await api.http.request(method, path, json=body)) == (401, "SignInNeeded")


async def test_a_tag_is_renamed_or_merged(api: Api) -> None:
    admin = await api.admin()
    assert (await admin.post("/tags/Open%20Sea/rename", name="Ocean")).status_code == 200
    assert (await admin.post("/tags/salt/rename", into="Ocean")).status_code == 200
    assert (await admin.post("/tags/CI%2FCD/rename", name="Delivery")).status_code == 200
    assert await api.types("taxonomy") == ["TagRenamed", "TagsMerged", "TagRenamed"]
    for body in ({}, {"name": "a", "into": "b"}, {"name": ""}, {"name": "-"}, {"into": None}):
        assert code(await admin.ask("POST", "/tags/salt/rename", json=body)) == (422, "InvalidRequest")
    assert code(await admin.post("/tags/%2D/rename", name="Ocean")) == (422, "InvalidRequest")


async def test_a_category_that_changed_meanwhile_is_not_changed_by_its_old_version(api: Api) -> None:
    admin = await api.admin()
    sea = await made(admin, "Sea")
    await made(admin, "Land")
    late = await admin.ask("PATCH", f"/categories/{sea}", json={"name": "x"}, headers={"If-Match": '"1"'})
    assert code(late) == (412, "VersionConflict")


async def test_two_editors_who_move_categories_below_each_other_make_no_cycle(settings: Settings) -> None:
    """Each process has the tree in its cache as it was before."""
    async with opened_api(settings) as one, opened_api(settings) as other:
        admin = await one.admin()
        there = Member(other, admin.handle, admin.account, admin.tokens)
        for number in range(3):
            sea, land = await made(admin, f"Sea {number}"), await made(there, f"Land {number}")
            moves = await asyncio.gather(
                admin.ask("PATCH", f"/categories/{sea}", json={"parent": land}),
                there.ask("PATCH", f"/categories/{land}", json={"parent": sea}),
            )
            assert sorted(move.status_code for move in moves) == [200, 409]
            [refused] = [move for move in moves if move.status_code == 409]
            assert code(refused) == (409, "CategoryBelowItself")
        assert (await one.types("taxonomy")).count("CategoryMoved") == 3
