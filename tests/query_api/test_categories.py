"""Categories: the tree, and posts in it."""

from secrets import token_hex
from typing import Any

import pytest

from tests.command_api.asking import Member, code
from tests.query_api.press import Press
from tests.query_api.test_post_lists import dated, titles, walked


class Tree:
    """Categories of one test, by name."""

    def __init__(self, editor: Member) -> None:
        self.editor, self.mark = editor, token_hex(6)
        self.ids: dict[str, str] = {}

    def slug(self, name: str) -> str:
        return f"{name}-{self.mark}".lower()

    async def add(self, name: str, parent: str | None = None) -> str:
        under = None if parent is None else self.ids[parent]
        made = await self.editor.post("/categories", name=f"{name} {self.mark}", slug=self.slug(name), parent=under)
        assert made.status_code == 201, made.text
        self.ids[name] = made.json()["id"]
        return self.ids[name]

    async def change(self, which: str, **fields: Any) -> None:
        answer = await self.editor.ask("PATCH", f"/categories/{self.ids[which]}", json=fields)
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="session")
async def editor(press: Press) -> Member:
    return await press.editor()


@pytest.fixture
async def tree(editor: Member) -> Tree:
    """Sea > Coast > Harbour, and Land."""
    found = Tree(editor)
    await found.add("Sea")
    await found.add("Coast", "Sea")
    await found.add("Harbour", "Coast")
    await found.add("Land")
    return found


async def listed(press: Press, tree: Tree) -> dict[str, Any]:
    items = (await press.get("/categories")).json()["items"]
    return {item["name"].split()[0]: item for item in items if tree.mark in item["name"]}


async def test_the_tree_comes_with_counts_of_published_posts(press: Press, tree: Tree) -> None:
    for name, posts in (("Sea", 1), ("Coast", 2), ("Harbour", 1)):
        for number in range(posts):
            await press.published(tree.editor, f"{name} {number}", category=tree.ids[name])
    await tree.editor.draft("A draft", category=tree.ids["Sea"])
    await press.project()
    found = await listed(press, tree)
    assert list(found) == ["Land", "Sea", "Coast", "Harbour"]
    counts = {name: (item["depth"], item["posts"], item["posts_with_below"]) for name, item in found.items()}
    assert counts == {"Land": (1, 0, 0), "Sea": (1, 1, 4), "Coast": (2, 2, 3), "Harbour": (3, 1, 1)}
    assert found["Coast"]["parent"] == tree.ids["Sea"]
    await tree.change("Coast", parent=tree.ids["Land"], name=f"Shore {tree.mark}")
    await press.project()
    found = await listed(press, tree)
    assert {name: item["posts_with_below"] for name, item in found.items()} == {
        "Land": 3,
        "Shore": 3,
        "Harbour": 1,
        "Sea": 1,
    }


async def test_one_category_is_read_by_id_or_slug(press: Press, tree: Tree) -> None:
    await press.project()
    for named in (tree.ids["Coast"], tree.slug("Coast"), tree.slug("COAST").upper()):
        assert (await press.get(f"/categories/{named}")).json()["id"] == tree.ids["Coast"]
    for unknown in ("nowhere", token_hex(16), "a%00b"):
        assert code(await press.get(f"/categories/{unknown}")) == (404, "CategoryNotFound")


async def test_a_post_shows_its_category_as_it_is_called_now(press: Press, tree: Tree) -> None:
    post = await press.published(tree.editor, "Sorted", category=tree.slug("Coast"), tags=[tree.mark])
    await tree.change("Coast", name=f"Shore {tree.mark}")
    await press.project()
    shown = {"id": tree.ids["Coast"], "name": f"Shore {tree.mark}", "slug": tree.slug("Coast")}
    assert (await press.get(f"/posts/{post}")).json()["category"] == shown
    [card] = (await press.get(f"/posts?tag={tree.mark}")).json()["items"]
    assert (card["category"], card["cover"]) == (shown, None)
    [card] = (await press.get(f"/search?q=sorted&tag={tree.mark}")).json()["items"]
    assert card["category"] == shown


async def test_a_deleted_category_leaves_its_posts_without_one(press: Press, tree: Tree) -> None:
    post = await press.published(tree.editor, "Left", category=tree.ids["Harbour"], tags=[tree.mark])
    deleted = await tree.editor.ask("DELETE", f"/categories/{tree.ids['Harbour']}")
    assert deleted.status_code == 200
    await press.project()
    assert (await press.get(f"/posts/{post}")).json()["category"] is None
    assert (await press.get(f"/posts?tag={tree.mark}")).json()["items"][0]["category"] is None
    assert await titles(press, f"/posts?category={tree.ids['Harbour']}") == []
    assert await titles(press, f"/posts?category={tree.ids['Coast']}") == []
    assert "Harbour" not in await listed(press, tree)


@pytest.fixture
async def posts(press: Press, tree: Tree) -> list[str]:
    """Seven of them, some of one time, over the categories below Sea; the oldest first."""
    names = [f"Post {number}" for number in range(7)]
    for number, name in enumerate(names):
        category = ["Sea", "Coast", "Harbour"][number % 3]
        tags = [tree.mark, "odd" if number % 2 else "even"]
        await dated(tree.editor, name, 1 + number // 2, category=tree.ids[category], tags=tags)
    await dated(tree.editor, "Elsewhere", 1, category=tree.ids["Land"], tags=[tree.mark])
    await dated(tree.editor, "Nowhere", 1, tags=[tree.mark])
    await press.project()
    return names


@pytest.mark.parametrize("order", ["-published_at", "published_at", "title"])
async def test_a_category_lists_what_is_below_it_page_by_page(
    press: Press, tree: Tree, posts: list[str], order: str
) -> None:
    for more in ("", f"&tag={tree.mark}", "&language=en&published_after=2025-01-01"):
        path = f"/posts?category={tree.slug('Sea')}&order={order}&limit=2{more}"
        found = await walked(press, path)
        assert sorted(found) == posts, more
        if order == "title":
            assert found == posts
        else:
            days = [int(title.split()[1]) // 2 for title in found]
            assert days == sorted(days, reverse=order.startswith("-"))
    assert sorted(await titles(press, f"/posts?category={tree.ids['Harbour']}&order={order}")) == ["Post 2", "Post 5"]


async def test_filters_narrow_a_category_and_totals_count_it(press: Press, tree: Tree, posts: list[str]) -> None:
    path = f"/posts?category={tree.ids['Sea']}&total=true"
    for more, wanted in (
        ("", posts),
        ("&tag=odd", posts[1::2]),
        (f"&tag=odd&tag={tree.mark}&author={tree.editor.handle}", posts[1::2]),
        ("&published_before=2026-01-02", posts[:2]),
        ("&order=title&published_before=2026-01-02", posts[:2]),
        ("&language=de", []),
    ):
        answer = (await press.get(path + more)).json()
        assert sorted(item["title"] for item in answer["items"]) == wanted, more
        assert (answer["total"], answer["total_is_exact"]) == (len(wanted), True), more
    assert (await press.get("/posts?category=nowhere-at-all&total=true")).json()["total"] == 0


async def test_a_page_goes_on_where_it_ended_though_the_tree_has_changed(
    press: Press, tree: Tree, posts: list[str]
) -> None:
    first = (await press.get(f"/posts?category={tree.slug('Sea')}&limit=3")).json()
    await tree.add("Depths", "Sea")
    await press.project()
    path = f"/posts?category={tree.slug('Sea')}&limit=100&cursor={first['next']}"
    found = [item["title"] for item in first["items"]] + await titles(press, path)
    assert sorted(found) == posts
    assert code(await press.get(f"/posts?category={tree.slug('Land')}&cursor={first['next']}"))[0] == 422


async def test_drafts_in_a_category_are_for_those_who_may_see_them(press: Press, tree: Tree) -> None:
    ana = await press.author()
    await ana.draft("Mine", category=tree.ids["Coast"])
    await press.project()
    path = f"/posts?category={tree.ids['Sea']}&status=draft"
    assert await titles(press, path, ana) == ["Mine"]
    assert await titles(press, path, tree.editor) == ["Mine"]
    assert await titles(press, path, await press.author()) == []
    assert code(await press.get(path)) == (401, "SignInNeeded")
    assert await titles(press, f"/posts?category={tree.ids['Sea']}") == []


async def test_a_new_category_is_read_with_its_token(press: Press, tree: Tree) -> None:
    made = await tree.editor.post("/categories", name=f"New {tree.mark}")
    stale = await press.get("/categories", headers={"Consistency-Token": made.json()["token"], "Prefer": "wait=0"})
    assert stale.headers["stale"] == "true"
    await press.project()
    for path in ("/categories", f"/categories/{made.json()['id']}", f"/posts?category={made.json()['id']}"):
        assert "stale" not in (await press.get(path, headers={"Consistency-Token": made.json()["token"]})).headers


async def test_old_names_of_tags_find_their_posts(press: Press, tree: Tree) -> None:
    mark = tree.mark
    assert (await tree.editor.post(f"/tags/Sea-{mark}/rename", name=f"Ocean {mark}")).status_code == 200
    assert (await tree.editor.post(f"/tags/ocean-{mark}/rename", name=f"Water {mark}")).status_code == 200
    await press.published(tree.editor, "Wet", tags=[f"Sea {mark}"])
    await press.project()
    for tag in (f"Sea {mark}", f"ocean-{mark}", f"WATER {mark}"):
        for path in (f"/posts?tag={tag}", f"/search?q=wet&tag={tag}"):
            assert await titles(press, path) == ["Wet"]
    assert (await tree.editor.post(f"/tags/water-{mark}/rename", name=f"Sea {mark}")).status_code == 200
    await press.published(tree.editor, "Again", tags=[f"Ocean {mark}"])
    await press.project()
    assert await titles(press, f"/posts?tag=ocean-{mark}") == ["Again"]
    assert (await press.get(f"/posts?tag=sea-{mark}")).json()["items"][0]["tags"] == [f"Sea {mark}"]


async def test_a_category_is_followed_with_what_is_below_it(press: Press, tree: Tree, posts: list[str]) -> None:
    for file in ("feed.json", "feed.atom"):
        feed = await press.get(f"/categories/{tree.slug('Sea')}/{file}")
        assert (feed.status_code, feed.headers["cache-control"]) == (200, "public, no-cache")
        assert tree.slug("Sea") in feed.text
    found = (await press.get(f"/categories/{tree.ids['Sea']}/feed.json")).json()
    assert sorted(item["title"] for item in found["items"]) == posts
    assert found["title"].endswith(f": Sea {tree.mark}")
    for unknown in ("nowhere", token_hex(16), "a%00b"):
        assert code(await press.get(f"/categories/{unknown}/feed.json")) == (404, "CategoryNotFound")
