"""Feeds hold what RFC 4287 and JSON Feed 1.1 ask of them, whatever is written."""

from secrets import token_hex
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import jsonschema  # type: ignore[import-untyped] # no type information is published
import pytest

from query_api.feed_entries import ENTRIES, LONGEST_HTML_BYTES
from tests.command_api.asking import code
from tests.query_api.press import Press

ATOM = "{http://www.w3.org/2005/Atom}"
NASTY = 'Ends ]]> & <b>bold</b> "quoted"'
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
_URL = {"type": "string", "pattern": "^https?://"}
_AUTHOR = {"type": "object", "minProperties": 1, "properties": {"name": {"type": "string"}, "url": _URL}}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "home_page_url": _URL,
        "feed_url": _URL,
        "description": {"type": "string"},
        "language": {"type": "string"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "properties": {
                    "id": {"type": "string"},
                    "url": _URL,
                    "date_published": _MOMENT,
                    "date_modified": _MOMENT,
                    "authors": {"type": "array", "minItems": 1, "items": _AUTHOR},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}


async def entries(press: Press, path: str) -> list[ET.Element]:
    """Those of a feed that keeps to RFC 4287, section 4.1."""
    answer = await press.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml"), answer.text
    feed = ET.fromstring(answer.content)  # noqa: S314 - our own answer
    assert feed.tag == f"{ATOM}feed"
    _require_once(feed, "id", "title", "updated")
    assert str(feed.findall(f"{ATOM}link[@rel='self']")[0].get("href")).endswith(path)
    found = feed.findall(f"{ATOM}entry")
    for entry in found:
        _require_once(entry, "id", "title", "updated", "published", "summary")
        assert entry.findall(f"{ATOM}author/{ATOM}name")
        rels = [link.get("rel") for link in entry.findall(f"{ATOM}link")]
        assert rels in (["alternate"], ["alternate", "enclosure"])  # the cover's
        content = entry.find(f"{ATOM}content")
        assert content is None or content.get("type") == "html"
    assert len({entry.findtext(f"{ATOM}id") for entry in found}) == len(found)
    return found


def _require_once(element: ET.Element, *names: str) -> None:
    for name in names:
        assert len(element.findall(f"{ATOM}{name}")) == 1, name
    assert element.findtext(f"{ATOM}updated", "").endswith("Z")


async def items(press: Press, path: str) -> list[dict[str, Any]]:
    answer = await press.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/feed+json"), answer.text
    jsonschema.validate(answer.json(), JSON_FEED)
    assert answer.json()["feed_url"].endswith(path)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_feed_tells_all_of_a_post_whatever_is_in_it(press: Press) -> None:
    ana, tag = await press.author(), f"C/C & <C> {token_hex(4)}"
    post = await press.published(
        ana, NASTY, body="*Body* & \u0001 \ufffe ]]>", excerpt=NASTY, tags=[tag], language="de"
    )
    await press.project()
    for feed in ("", f"/tags/{quote(tag, safe='')}", f"/authors/{ana.handle}"):
        entry = (await entries(press, f"{feed}/feed.atom"))[0]
        assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{post}"
        assert (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}summary")) == (NASTY, NASTY)
        assert entry.findtext(f"{ATOM}content", "").startswith("<p><em>Body</em> &amp; ")
        assert [each.get("term") for each in entry.findall(f"{ATOM}category")] == [tag]
        item = (await items(press, f"{feed}/feed.json"))[0]
        assert (item["id"], item["title"], item["tags"]) == (f"urn:uuid:{post}", NASTY, [tag])
        assert item["authors"][0]["url"].endswith(f"/authors/{ana.handle}")
        assert item["language"] == "de"


async def test_a_feed_has_the_newest_posts_the_newest_first(press: Press) -> None:
    ana, tag = await press.author(), f"feed {token_hex(4)}"
    posts = [await press.published(ana, f"Number {number}", tags=[tag]) for number in range(ENTRIES + 1)]
    await press.project()
    found = [item["id"] for item in await items(press, f"/tags/{quote(tag)}/feed.json")]
    assert found == [f"urn:uuid:{post}" for post in reversed(posts[1:])]


async def test_a_long_text_is_told_by_its_excerpt(press: Press) -> None:
    ana = await press.author()
    await press.published(ana, "Long", body="many words " * (LONGEST_HTML_BYTES // 10), excerpt="Short")
    await press.project()
    [item] = await items(press, f"/authors/{ana.handle}/feed.json")
    assert (item["content_text"], "content_html" in item) == ("Short", False)
    [entry] = await entries(press, f"/authors/{ana.handle}/feed.atom")
    assert entry.find(f"{ATOM}content") is None


async def test_a_feed_of_nothing_is_a_feed(press: Press) -> None:
    tag = token_hex(6)
    assert await entries(press, f"/tags/{tag}/feed.atom") == []
    assert await items(press, f"/tags/{tag}/feed.json") == []


async def test_a_reader_that_has_a_feed_is_told_so(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana, "Kept")
    await press.project()
    path = f"/authors/{ana.handle}/feed.atom"
    first = await press.get(path)
    assert first.headers["cache-control"] == "public, no-cache"
    have = {"If-None-Match": first.headers["etag"]}
    assert (await press.get(path, headers=have)).status_code == 304
    await ana.ask("POST", f"/posts/{post}/unpublish")
    await press.project()
    assert (await press.get(path, headers=have)).status_code == 200


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json", "/sitemap.xml"])
async def test_what_was_hidden_is_not_told_though_the_lists_lag_behind(press: Press, path: str) -> None:
    ana, mark = await press.author(), token_hex(6)
    post = await press.published(ana, "Hidden", slug=f"hidden-{mark}")
    await ana.ask("POST", f"/posts/{post}/unpublish")
    await press.project()
    lagging = "INSERT INTO serving.posts_by_time (facet, listed_at, post) VALUES ('published', now(), $1)"
    await press.change_read_database(lagging, post)
    answer = await press.get(path)
    await press.change_read_database("DELETE FROM serving.posts_by_time WHERE post = $1 AND facet = 'published'", post)
    assert answer.status_code == 200
    assert mark not in answer.text


async def test_an_earlier_handle_leads_to_the_present_feed(press: Press) -> None:
    ana = await press.author()
    await ana.ask("POST", "/accounts/me/handle", json={"handle": f"{ana.handle}x"})
    await press.project()
    answer = await press.get(f"/authors/{ana.handle}/feed.json")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/authors/{ana.handle}x/feed.json")
    assert code(await press.get("/authors/nobody-at-all/feed.atom")) == (404, "AuthorNotFound")


@pytest.mark.parametrize("path", ["/feed.atom?x=1", f"/tags/{'a' * 51}/feed.json", "/tags/%00/feed.atom"])
async def test_what_is_not_as_it_should_be_is_refused(press: Press, path: str) -> None:
    assert code(await press.get(path)) == (422, "InvalidRequest")
