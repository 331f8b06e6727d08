import secrets
from collections.abc import Callable

import pytest

from tests.examples.conduit import Conduit, errors

NOT_FOUND = (404, {"article": ["not found"]})
BLANK = ["can't be blank"]
CARD = {"slug", "title", "description", "tagList", "createdAt", "updatedAt", "favorited", "favoritesCount", "author"}


def test_an_article_is_read_back_by_anybody(ana: Conduit, nobody: Conduit) -> None:
    tags = [f"d_{ana.username}", f"a_{ana.username}"]
    written = ana.write("Boats & ships", description="They float.", body="It was *long*.", tagList=tags)
    assert written.keys() == CARD | {"body"}
    assert (written["title"], written["description"], written["body"]) == (
        "Boats & ships",
        "They float.",
        "It was *long*.",
    )
    assert (written["tagList"], written["favorited"], written["favoritesCount"]) == (tags, False, 0)
    assert written["author"] == {"username": ana.username, "bio": None, "image": None, "following": False}
    assert nobody.get(f"/articles/{written['slug']}")["article"] == written
    assert set(tags) <= set(nobody.get("/tags")["tags"])


def test_two_articles_of_one_title_have_slugs_of_their_own(ana: Conduit) -> None:
    title = f"Twice {ana.username}"
    assert ana.write(title)["slug"] != ana.write(title)["slug"]


@pytest.mark.parametrize("field", ["title", "description", "body"])
def test_nothing_is_written_without(ana: Conduit, field: str) -> None:
    article = {"title": "T", "description": "D", "body": "B"}
    slug = ana.write()["slug"]
    for empty in ("", None):
        assert errors(ana.ask("POST", "/articles", {"article": article | {field: empty}})) == (422, {field: BLANK})
        assert errors(ana.ask("PUT", f"/articles/{slug}", {"article": {field: empty}})) == (422, {field: BLANK})
    assert errors(ana.ask("POST", "/articles", {})) == (422, {"article": BLANK})
    long = {"title": "T" * 201, "description": "D" * 501, "tagList": ["t" * 51]}
    for name, value in long.items():
        status, found = errors(ana.ask("POST", "/articles", {"article": article | {name: value}}))
        assert (status, set(found)) == (422, {name})
    wrong: list[object] = [[7], [["t"]], "t", {}, [""]]
    for tags in wrong:
        status, found = errors(ana.ask("POST", "/articles", {"article": article | {"tagList": tags}}))
        assert (status, set(found)) == (422, {"tagList"})


def test_an_article_changes_and_keeps_what_is_left_out(ana: Conduit, nobody: Conduit) -> None:
    before = ana.write(tagList=["one", "two"])
    path = f"/articles/{before['slug']}"
    after = ana.done(ana.ask("PUT", path, {"article": {"body": "Other."}}), 200)["article"]
    assert after["updatedAt"] != before["updatedAt"]
    assert after == before | {"body": "Other.", "updatedAt": after["updatedAt"]}
    assert nobody.get(path)["article"] == after
    assert ana.done(ana.ask("PUT", path, {"article": {"tagList": []}}), 200)["article"]["tagList"] == []
    assert nobody.get(path)["article"]["tagList"] == []
    assert errors(ana.ask("PUT", path, {"article": {"tagList": None}}))[0] == 422


def test_the_slug_follows_the_title_and_the_old_one_leads_on(ana: Conduit, nobody: Conduit) -> None:
    before = ana.write()
    changed = {"article": {"title": f"Ships of {ana.username}!"}}
    after = ana.done(ana.ask("PUT", f"/articles/{before['slug']}", changed), 200)["article"]
    assert after["slug"].startswith(f"ships-of-{ana.username}")
    assert nobody.get(f"/articles/{before['slug']}")["article"] == after
    for longest in ("w" * 200, "新" * 200, "🎉" * 200):
        changed = {"article": {"title": longest}}
        after = ana.done(ana.ask("PUT", f"/articles/{before['slug']}", changed), 200)["article"]
        assert nobody.get(f"/articles/{after['slug']}")["article"] == after
        assert after["title"] == longest


def test_a_deleted_article_is_gone(ana: Conduit, nobody: Conduit) -> None:
    path = f"/articles/{ana.write()['slug']}"
    assert ana.ask("DELETE", path).status_code == 204
    assert errors(nobody.ask("GET", path)) == NOT_FOUND
    assert errors(ana.ask("GET", path)) == NOT_FOUND
    assert ana.get(f"/articles?author={ana.username}") == {"articles": [], "articlesCount": 0}


def test_what_is_not_there_is_not_found(ana: Conduit) -> None:
    path = f"/articles/nothing-{secrets.token_hex(6)}"
    assert errors(ana.ask("GET", path)) == NOT_FOUND
    assert errors(ana.ask("PUT", path, {"article": {"body": "B"}})) == NOT_FOUND
    assert errors(ana.ask("DELETE", path)) == NOT_FOUND
    for method in ("POST", "DELETE"):
        assert errors(ana.ask(method, f"{path}/favorite")) == NOT_FOUND
    assert errors(ana.ask("GET", f"{path}/comments")) == NOT_FOUND
    assert errors(ana.ask("POST", f"{path}/comments", {"comment": {"body": "B"}})) == NOT_FOUND
    assert errors(ana.ask("DELETE", f"{path}/comments/1")) == NOT_FOUND
    article = ana.write()["slug"]
    assert errors(ana.ask("DELETE", f"/articles/{article}/comments/99999")) == (404, {"comment": ["not found"]})


def test_other_peoples_articles_and_comments_are_theirs(ana: Conduit, ben: Conduit, nobody: Conduit) -> None:
    slug = ana.write()["slug"]
    comment = ana.comment(slug)["id"]
    forbidden = (403, {"article": ["forbidden"]})
    assert errors(ben.ask("DELETE", f"/articles/{slug}")) == forbidden
    assert errors(ben.ask("PUT", f"/articles/{slug}", {"article": {"body": "Mine."}})) == forbidden
    assert errors(ben.ask("DELETE", f"/articles/{slug}/comments/{comment}")) == (403, {"comment": ["forbidden"]})
    assert len(nobody.get(f"/articles/{slug}/comments")["comments"]) == 1


def test_comments_come_and_go_one_by_one(ana: Conduit, ben: Conduit, nobody: Conduit) -> None:
    slug = ana.write()["slug"]
    path = f"/articles/{slug}/comments"
    first, second = ben.comment(slug, "First."), ana.comment(slug, "Second.")
    assert first.keys() == {"id", "createdAt", "updatedAt", "body", "author"}
    assert (first["body"], first["author"]["username"]) == ("First.", ben.username)
    assert 0 <= first["id"] < 1 << 53
    for by in (ana, ben, nobody):
        assert by.get(path)["comments"] == [first, second]
    assert errors(ben.ask("POST", path, {"comment": {"body": ""}})) == (422, {"body": BLANK})
    assert ben.ask("DELETE", f"{path}/{first['id']}").status_code == 204
    assert nobody.get(path)["comments"] == [second]


def test_favourites_are_counted_once_and_listed(ana: Conduit, ben: Conduit, nobody: Conduit) -> None:
    slug = ana.write()["slug"]
    for method, count in (("POST", 1), ("POST", 1), ("DELETE", 0), ("POST", 1)):
        shown = ben.done(ben.ask(method, f"/articles/{slug}/favorite"), 200)["article"]
        assert (shown["favorited"], shown["favoritesCount"]) == (count == 1, count)
        assert ben.get(f"/articles/{slug}")["article"] == shown
    assert nobody.get(f"/articles/{slug}")["article"]["favorited"] is False
    found = ben.get(f"/articles?favorited={ben.username}")
    assert ([card["slug"] for card in found["articles"]], found["articlesCount"]) == ([slug], 1)
    assert found["articles"][0]["favorited"] is True
    assert nobody.get(f"/articles?favorited={ana.username}")["articlesCount"] == 0


def test_lists_are_filtered_paged_and_counted(ana: Conduit, nobody: Conduit) -> None:
    tag = f"t_{ana.username}"
    slugs = [ana.write(tagList=[tag])["slug"] for _ in range(3)][::-1]
    for path in (f"/articles?author={ana.username}", f"/articles?tag={tag}", f"/articles?tag={tag}&limit=500"):
        found = nobody.get(path)
        assert ([card["slug"] for card in found["articles"]], found["articlesCount"]) == (slugs, 3)
        assert all(card.keys() == CARD for card in found["articles"])
    for limit, offset in ((1, 0), (1, 1), (2, 1), (5, 2), (5, 3), (1, 9_999_999)):
        found = nobody.get(f"/articles?author={ana.username}&limit={limit}&offset={offset}")
        assert [card["slug"] for card in found["articles"]] == slugs[offset : offset + limit]
        assert found["articlesCount"] == 3
    for author in ("nobody-at-all", "me", "%20"):
        assert nobody.ask("GET", f"/articles?author={author}").status_code in {200, 422}
    assert nobody.get("/articles?author=nobody-at-all") == {"articles": [], "articlesCount": 0}
    assert nobody.get("/articles")["articlesCount"] >= 3
    for query in ("limit=0", "limit=x", "offset=-1", "limit=-5", "tag=%00", "author=%00", "favorited=%00"):
        status, found = errors(nobody.ask("GET", f"/articles?{query}"))
        assert (status, set(found)) == (422, {query.partition("=")[0]})


def test_the_feed_has_those_whom_one_follows(somebody: Callable[[], Conduit], ana: Conduit, ben: Conduit) -> None:
    assert ana.get("/articles/feed") == {"articles": [], "articlesCount": 0}
    ana.done(ana.ask("POST", f"/profiles/{ben.username}/follow"), 200)
    somebody().register().write()
    slugs = [ben.write()["slug"] for _ in range(2)][::-1]
    found = ana.get("/articles/feed")
    assert ([card["slug"] for card in found["articles"]], found["articlesCount"]) == (slugs, 2)
    assert all(card["author"]["following"] for card in found["articles"])
    page = ana.get("/articles/feed?limit=1&offset=1")
    assert ([card["slug"] for card in page["articles"]], page["articlesCount"]) == (slugs[1:], 2)
    ana.done(ana.ask("DELETE", f"/profiles/{ben.username}/follow"), 200)
    assert ana.get("/articles/feed")["articlesCount"] == 0
