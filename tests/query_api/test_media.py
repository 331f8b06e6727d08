"""Reading media: what is known of them, their bytes, and who may see them."""

from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from domain.command import Actor, Context
from domain.media.events import Variant
from domain.media.media_command import MediaCommand
from domain.media.record_media_processed import RecordMediaProcessed
from domain.media.record_media_rejected import RecordMediaRejected
from kit import clock
from tests import media_files
from tests.command_api.asking import Member, code
from tests.query_api.press import Press

SEA = media_files.png(40, 30)


@pytest.fixture
async def ana(press: Press) -> Member:
    return await press.author()


async def uploaded(press: Press, by: Member, body: bytes = SEA, query: str = "?filename=sea.png") -> str:
    answer = await by.ask("POST", f"/media{query}", content=body)
    assert answer.status_code == 201, answer.text
    await press.project()
    return str(answer.json()["id"])


async def statuses(press: Press, media: str, *readers: Member | None) -> list[tuple[int, ...]]:
    """Of what is known, and of the bytes, for each reader."""
    paths = (f"/media/{media}", f"/media/{media}/original")
    return [tuple([(await press.get(path, by)).status_code for path in paths]) for by in readers]


async def test_its_owner_reads_what_is_known_of_it(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana)
    await ana.ask("PATCH", f"/media/{media}", json={"alt": "The sea."})
    await press.project()
    answer = await press.get(f"/media/{media}", ana)
    found = answer.json()
    size = {"type": "image/png", "size_bytes": len(SEA), "width": 40, "height": 30}
    assert (
        found.items() >= {**size, "id": media, "owner": ana.account, "alt": "The sea.", "filename": "sea.png"}.items()
    )
    assert found["variants"] == [{**size, "name": "original", "url": f"/media/{media}/original"}]
    assert (found["status"], found["is_public"], found["version"]) == ("uploaded", False, 2)
    assert answer.headers["cache-control"] == "private, no-store"


async def test_the_bytes_come_back_as_they_went(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana)
    answer = await press.get(f"/media/{media}/original", ana)
    assert (answer.status_code, answer.content) == (200, SEA)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == f'inline; filename="{media}.png"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-length"] == str(len(SEA))
    known = {"If-None-Match": answer.headers["etag"]}
    assert (await press.get(f"/media/{media}/original", ana, headers=known)).status_code == 304
    assert code(await press.get(f"/media/{media}/w640", ana)) == (404, "MediaNotFound")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-4", -4, None), ("bytes=10-999999", 10, None)],
)
async def test_a_part_is_sent_alone(press: Press, ana: Member, asked: str, start: int, end: int | None) -> None:
    media = await uploaded(press, ana)
    answer = await press.get(f"/media/{media}/original", ana, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, SEA[start:end])
    first = start % len(SEA)
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(SEA)}"


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=0-1,4-5", "lines=0-1", "bytes=-", "bytes=x-"])
async def test_what_is_no_range_is_ignored(press: Press, ana: Member, asked: str) -> None:
    media = await uploaded(press, ana)
    answer = await press.get(f"/media/{media}/original", ana, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, SEA)


async def test_a_part_behind_the_end_is_refused(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana)
    for asked in (f"bytes={len(SEA)}-", "bytes=-0"):
        answer = await press.get(f"/media/{media}/original", ana, headers={"Range": asked})
        assert code(answer) == (416, "RangeNotSatisfiable")
        assert answer.headers["content-range"] == f"bytes */{len(SEA)}"


async def test_a_part_of_what_has_changed_is_the_whole(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana)
    headers = {"Range": "bytes=0-3", "If-Range": '"another"'}
    assert (await press.get(f"/media/{media}/original", ana, headers=headers)).status_code == 200


async def test_until_a_public_post_uses_it_only_its_owner_and_editors_see_it(press: Press, ana: Member) -> None:
    media, ben, editor = await uploaded(press, ana), await press.author(), await press.editor()
    hidden = [(404, 404), (404, 404), (200, 200), (200, 200)]
    everybody = (None, ben, editor, ana)
    assert await statuses(press, media, *everybody) == hidden
    post = await ana.draft(cover=media)
    await press.project()
    assert await statuses(press, media, *everybody) == hidden
    for step, expected in (("publish", [(200, 200)] * 4), ("unpublish", hidden)):
        await ana.post(f"/posts/{post}/{step}")
        await press.project()
        assert await statuses(press, media, *everybody) == expected


async def test_a_text_shows_media_that_whoever_wrote_it_may_show(press: Press, ana: Member) -> None:
    media, mallory, editor = await uploaded(press, ana), await press.author(), await press.editor()
    text = f"![The sea](/media/{media}/original)"
    await press.published(mallory, body=text)
    await press.project()
    assert await statuses(press, media, None, mallory) == [(404, 404)] * 2
    post = await press.published(mallory, body="Nothing yet.")
    assert (await editor.ask("PATCH", f"/posts/{post}", json={"body": text})).status_code == 200
    await press.project()
    assert await statuses(press, media, None, mallory) == [(200, 200)] * 2
    assert (await mallory.ask("PATCH", f"/posts/{post}", json={"body": "Nothing more."})).status_code == 200
    await press.project()
    assert await statuses(press, media, None) == [(404, 404)]


async def test_anothers_medium_is_no_cover(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana)
    mallory = await press.author()
    assert code(await mallory.post("/posts", title="Mine", cover=media)) == (422, "CoverUnknown")


async def test_what_a_job_rejected_is_its_owners_alone(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana)
    await press.published(ana, cover=media)
    await job(press, RecordMediaRejected(media=UUID(media), reason="torn"))
    assert await statuses(press, media, None, ana) == [(404, 404), (200, 200)]
    found = (await press.get(f"/media/{media}", ana)).json()
    assert (found["status"], found["reason"]) == ("rejected", "torn")


async def test_variants_are_read_by_their_names(press: Press, ana: Member) -> None:
    media, small = await uploaded(press, ana), media_files.png(4, 3)
    other = await uploaded(press, ana, small)
    variant = Variant(
        name="w4", sha256=sha256(small).hexdigest(), media_type="image/png", size_bytes=len(small), width=4, height=3
    )
    await job(press, RecordMediaProcessed(media=UUID(media), variants=(variant,)))
    answer = await press.get(f"/media/{media}/w4", ana)
    assert (answer.status_code, answer.content) == (200, small)
    [_, shown] = (await press.get(f"/media/{media}", ana)).json()["variants"]
    assert shown == {
        "name": "w4",
        "type": "image/png",
        "size_bytes": len(small),
        "width": 4,
        "height": 3,
        "url": f"/media/{media}/w4",
    }
    assert other != media


async def test_only_those_who_may_change_it_get_the_original_once_it_was_processed(press: Press, ana: Member) -> None:
    """It says where and with what it was taken."""
    media, large = await uploaded(press, ana, media_files.jpeg(40, 30)), media_files.webp(4, 3)
    await uploaded(press, ana, large)
    await press.published(ana, cover=media)
    await press.project()
    assert (await press.get(f"/media/{media}/original")).content == media_files.jpeg(40, 30)
    variant = Variant(
        name="large.webp", sha256=sha256(large).hexdigest(), media_type="image/webp", size_bytes=len(large)
    )
    await job(press, RecordMediaProcessed(media=UUID(media), variants=(variant,)))
    editor, ben = await press.editor(), await press.author()
    for reader, content in (
        (None, large),
        (ben, large),
        (ana, media_files.jpeg(40, 30)),
        (editor, media_files.jpeg(40, 30)),
    ):
        answer = await press.get(f"/media/{media}/original", reader)
        assert answer.content == content
        is_original = content != large
        assert answer.headers["cache-control"] == ("private, no-store" if is_original else "public, max-age=60")
        names = [each["name"] for each in (await press.get(f"/media/{media}", reader)).json()["variants"]]
        assert names == (["original", "large.webp"] if is_original else ["large.webp"])


async def job(press: Press, command: MediaCommand) -> None:
    context = Context(Actor(is_system=True), clock.now())
    await press.api.parts.executor.execute(command, context=context, correlation="a test")
    await press.project()


async def test_media_of_an_account_that_was_erased_are_gone_at_once(press: Press, ana: Member) -> None:
    media, editor = await uploaded(press, ana), await press.editor()
    post = await press.published(editor, cover=media)
    await press.project()
    assert await statuses(press, media, None) == [(200, 200)]
    assert (await ana.ask("DELETE", "/accounts/me", json={"erase_content": True})).status_code == 200
    await press.project()
    assert await statuses(press, media, None, editor) == [(404, 404)] * 2
    assert (await press.get(f"/posts/{post}")).status_code == 200


async def test_bytes_that_cannot_be_read_are_said_so(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana, media_files.png(7, 7))
    name = sha256(media_files.png(7, 7)).hexdigest()
    path = Path(press.home) / "media" / name[:2] / name
    path.unlink()
    assert code(await press.get(f"/media/{media}/original", ana)) == (404, "MediaNotFound")


async def test_what_is_public_is_kept_by_caches_for_a_moment(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana)
    await press.published(ana, cover=media)
    await press.project()
    answer = await press.get(f"/media/{media}/original")
    assert answer.headers["cache-control"] == "public, max-age=60"
    known = (await press.get(f"/media/{media}")).json()
    assert known["is_public"]
    assert "filename" not in known


async def test_a_deleted_medium_is_gone_at_once(press: Press, ana: Member) -> None:
    media = await uploaded(press, ana)
    await press.published(ana, cover=media)
    await ana.ask("DELETE", f"/media/{media}")
    await press.project()
    assert await statuses(press, media, None, ana) == [(404, 404)] * 2


async def test_own_media_are_listed_page_by_page(press: Press, ana: Member) -> None:
    media = [await uploaded(press, ana, media_files.png(n, n)) for n in (1, 2, 3)]
    await uploaded(press, await press.author())
    first = (await press.get("/me/media?limit=2", ana)).json()
    rest = (await press.get(f"/me/media?limit=2&cursor={first['next']}", ana)).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == media[::-1]
    assert rest["next"] is None
    assert code(await press.get("/me/media")) == (401, "SignInNeeded")


async def test_nothing_but_an_id_names_a_medium(press: Press, ana: Member) -> None:
    for wanted in ("..", "..%2f..%2fetc%2fpasswd", "x", "a" * 64, "%00"):
        assert (await press.get(f"/media/{wanted}", ana)).status_code == 404
        assert (await press.get(f"/media/{wanted}/original", ana)).status_code == 404
