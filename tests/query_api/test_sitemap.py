"""Sitemaps keep to the protocol of sitemaps.org."""

from secrets import token_hex
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import pytest

from query_api import sitemap
from tests.command_api.asking import code
from tests.query_api.press import Press

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


async def places(press: Press, path: str, kind: str = "urlset") -> list[str]:
    """The addresses of a list or an index, each once and not too many."""
    answer = await press.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml"), answer.text
    assert len(answer.content) <= 50 * 1024 * 1024
    root = ET.fromstring(answer.content)  # noqa: S314 - our own answer
    assert root.tag == f"{NAMESPACE}{kind}"
    assert {child.tag for child in root} <= {f"{NAMESPACE}{'url' if kind == 'urlset' else 'sitemap'}"}
    assert all(next(iter(child)).tag == f"{NAMESPACE}loc" for child in root)
    found = [loc.text or "" for loc in root.iter(f"{NAMESPACE}loc")]
    assert len(found) == len(set(found)) <= sitemap.MOST_URLS
    assert all(each.startswith("http") for each in found)
    return found


async def test_every_published_post_is_listed_at_its_address(press: Press) -> None:
    ana, mark = await press.author(), token_hex(6)
    await press.published(ana, "Mapped", slug=f"海-{mark}")
    await ana.draft("Not mapped", slug=f"draft-{mark}")
    await press.project()
    found = [place for place in await places(press, "/sitemap.xml") if mark in place]
    assert [urlsplit(place).path for place in found] == [f"/posts/{quote('海')}-{mark}"]


async def test_very_many_posts_are_listed_by_an_index(own_press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await own_press.author()
    for _ in range(4):
        await own_press.published(ana, "One of many")
    await own_press.project()
    whole = await places(own_press, "/sitemap.xml")
    monkeypatch.setattr(sitemap, "MOST_URLS", 3)
    found: list[str] = []
    index = await own_press.get("/sitemap.xml")
    root = ET.fromstring(index.content)  # noqa: S314 - our own answer
    assert root.tag == f"{NAMESPACE}sitemapindex"
    for loc in root.iter(f"{NAMESPACE}loc"):
        parts = urlsplit(loc.text or "")
        assert parts.path == "/sitemap.xml"
        found += await places(own_press, f"{parts.path}?{parts.query}")
    assert found == whole
    monkeypatch.setattr(sitemap, "MOST_URLS", len(whole))
    assert await places(own_press, "/sitemap.xml") == whole


@pytest.mark.parametrize("query", ["cursor=x", "cursor=", "page=2"])
async def test_what_is_not_as_it_should_be_is_refused(press: Press, query: str) -> None:
    assert code(await press.get(f"/sitemap.xml?{query}")) == (422, "InvalidRequest")
