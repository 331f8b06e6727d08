"""A post's cover, wherever the post is shown."""

from hashlib import sha256
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from domain.media.events import Variant
from domain.media.record_media_processed import RecordMediaProcessed
from domain.media.record_media_rejected import RecordMediaRejected
from tests import media_files
from tests.command_api.asking import Member
from tests.query_api.press import Press
from tests.query_api.test_media import job, statuses, uploaded

PLACEHOLDER = "data:image/webp;base64,AAAA"
LARGE = media_files.jpeg(16, 12)


@pytest.fixture
async def ana(press: Press) -> Member:
    return await press.author()


async def processed(press: Press, media: str, by: Member) -> dict[str, Any]:
    """The cover that a medium is now; its one variant's bytes are another medium's."""
    await uploaded(press, by, LARGE)
    large = Variant(
        name="large.jpg",
        sha256=sha256(LARGE).hexdigest(),
        media_type="image/jpeg",
        size_bytes=len(LARGE),
        width=16,
        height=12,
    )
    glance = {"colour": "#336699", "placeholder": PLACEHOLDER}
    await job(press, RecordMediaProcessed(media=UUID(media), width=30, height=40, variants=(large,), **glance))
    url = f"/media/{media}/large.jpg"
    return {
        "id": media,
        "url": f"/media/{media}/original",
        "type": "image/png",
        "alt": "The sea.",
        "width": 30,
        "height": 40,
        **glance,
        "variants": [
            {"name": "large.jpg", "url": url, "type": "image/jpeg", "width": 16, "height": 12, "size_bytes": len(LARGE)}
        ],
    }


async def shown(press: Press, post: str, title: str, by: Member | None = None) -> list[Any]:
    """The post's cover through every door that shows posts."""
    found = [(await press.get(f"/posts/{post}", by)).json()["cover"]]
    paths = ["/posts?limit=100", f"/search?q={title}", *(["/me/posts", "/me/feed"] if by else [])]
    for path in paths:
        items = (await press.get(path, by)).json()["items"]
        found += [item["cover"] for item in items if item["id"] == post]
    return found


async def test_a_cover_is_shown_with_its_post_everywhere(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana, media_files.png(40, 30), "?alt=The+sea.")
    reader = await press.author()
    assert (await reader.ask("PUT", f"/accounts/{ana.handle}/follow")).status_code == 200
    post = await press.published(ana, title=f"Covered{media[:8]}", cover=media)
    await press.project()
    [before, *_] = await shown(press, post, f"Covered{media[:8]}")
    assert (before["width"], before["placeholder"], before["variants"]) == (40, None, [])
    wanted = await processed(press, media, ana)
    assert await shown(press, post, f"Covered{media[:8]}") == [wanted] * 3
    assert await shown(press, post, f"Covered{media[:8]}", ana) == [wanted] * 4
    assert (await press.get("/me/feed", reader)).json()["items"][0]["cover"] == wanted
    known = (await press.get(f"/media/{media}")).json()
    assert {name: known[name] for name in ("colour", "placeholder", "alt", "width")} == {
        name: wanted[name] for name in ("colour", "placeholder", "alt", "width")
    }


async def test_feeds_name_the_large_form_of_a_cover(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana, media_files.png(40, 30), "?alt=The+sea.")
    post = await press.published(ana, cover=media)
    await press.project()
    entry, item = await entry_and_item(press, ana, post)
    assert (entry.find("{*}link[@rel='enclosure']"), "image" in item) == (None, False)
    await processed(press, media, ana)
    entry, item = await entry_and_item(press, ana, post)
    enclosure = entry.find("{*}link[@rel='enclosure']")
    assert enclosure is not None
    assert (enclosure.get("type"), enclosure.get("length")) == ("image/jpeg", str(len(LARGE)))
    assert enclosure.get("href") == item["image"]
    assert item["image"].startswith("http")
    assert item["image"].endswith(f"/media/{media}/large.jpg")


async def entry_and_item(press: Press, ana: Member, post: str) -> tuple[ET.Element, Any]:
    feed = ET.fromstring((await press.get(f"/authors/{ana.handle}/feed.atom")).content)  # noqa: S314 - our own answer
    items = (await press.get(f"/authors/{ana.handle}/feed.json")).json()["items"]
    entries = list(feed.iter("{http://www.w3.org/2005/Atom}entry"))
    return entries[0], next(item for item in items if item["id"] == f"urn:uuid:{post}")


async def test_a_cover_that_nobody_is_to_see_is_none(press: Press) -> None:
    for hide in ("reject", "delete", "erase"):
        owner = await press.editor()
        media = await uploaded(press, owner, media_files.png(40, 31))
        editor = await press.editor()
        post = await press.published(editor, cover=media)
        await press.project()
        assert (await press.get(f"/posts/{post}")).json()["cover"]["id"] == media
        if hide == "reject":
            await job(press, RecordMediaRejected(media=UUID(media), reason="torn"))
        elif hide == "delete":
            await owner.ask("DELETE", f"/media/{media}")
        else:
            assert (await owner.ask("DELETE", "/accounts/me", json={"erase_content": True})).status_code == 200
        await press.project()
        assert (await press.get(f"/posts/{post}")).json()["cover"] is None, hide
        assert await statuses(press, media, None) == [(404, 404)]


async def test_a_post_waits_for_its_cover(press: Press, ana: Member) -> None:
    """A token of what was said of the medium counts for its posts."""
    media = await uploaded(press, ana)
    post = await press.published(ana, cover=media)
    await press.project()
    said = await ana.ask("PATCH", f"/media/{media}", json={"alt": "The sea at dusk."})
    headers = {"Consistency-Token": said.headers["consistency-token"], "Prefer": "wait=0, handling=strict"}
    for path in (f"/posts/{post}", "/posts", "/feed.atom"):
        assert (await press.get(path, headers=headers)).status_code == 412, path
    await press.project()
    answer = await press.get(f"/posts/{post}", headers=headers)
    assert answer.json()["cover"]["alt"] == "The sea at dusk."
