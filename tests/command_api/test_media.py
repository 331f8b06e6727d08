"""Uploads: what is taken, what is refused, what is left behind."""

import asyncio
import hashlib
import json
import socket
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest

from command_api.media.receiving import timely
from command_api.media.uploads import MOST_AT_ONCE, Uploads
from kit.blobs.blobs import Blobs
from kit.blobs.holding import held
from kit.http import serving
from kit.http.problems import Problem
from kit.ids import new_id
from kit.settings import Settings
from tests import media_files
from tests.command_api.asking import Api, Member, code, opened_api
from tests.command_api.conftest import ROOMY


@pytest.fixture
async def ana(api: Api) -> Member:
    return await api.member()


async def upload(member: Member, body: bytes | AsyncIterator[bytes], query: str = "", **headers: str) -> httpx.Response:
    return await member.ask("POST", f"/media{query}", content=body, headers=headers)


def kept(settings: Settings) -> list[str]:
    """The SHA-256 of everything that is stored, after checking that it is that."""
    files = [path for path in (settings.home / "media").rglob("*") if path.is_file()]
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    return sorted(path.name for path in files)


async def test_bytes_are_kept_under_their_hash_and_the_event_says_so(api: Api, ana: Member, settings: Settings) -> None:
    body = media_files.png()
    answer = await upload(ana, body, "?filename=../../sea.png&alt=The+sea.")
    assert answer.status_code == 201, answer.text
    media = answer.json()["id"]
    assert answer.headers["location"] == f"/media/{media}"
    assert await api.types(f"media-{media}") == ["MediaUploaded", "MediaDescribed"]
    assert kept(settings) == [hashlib.sha256(body).hexdigest()]


async def test_every_type_is_taken_whatever_it_is_said_to_be(ana: Member, settings: Settings) -> None:
    for make in media_files.FILES.values():
        answer = await upload(ana, make(), **{"Content-Type": "text/html"})
        assert answer.status_code == 201, answer.text
    assert len(kept(settings)) == len(media_files.FILES)


async def test_what_is_refused_leaves_nothing(ana: Member, settings: Settings) -> None:
    refused = {
        (415, "UnsupportedMediaType"): b"<html><script>alert(1)</script>",
        (422, "TooManyPixels"): media_files.png(100_000, 100_000),
        (422, "DamagedMedia"): media_files.png()[:-1],
    }
    for problem, body in refused.items():
        assert code(await upload(ana, body, **{"Content-Type": "image/png"})) == problem
    assert kept(settings) == []


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    """Sent without saying how long it is."""
    for at in range(0, len(body), 65_536):
        yield body[at : at + 65_536]


@pytest.fixture
async def small_api(settings: Settings) -> AsyncIterator[Api]:
    """Takes pictures of up to 100 KB and films of up to 64 MiB."""
    limits = {"media_image_bytes": 100_000, "media_video_bytes": 64 << 20}
    async with opened_api(settings.model_copy(update=limits), ROOMY) as found:
        yield found


async def test_what_is_too_large_is_refused_whether_it_says_so_or_not(small_api: Api, settings: Settings) -> None:
    ana = await small_api.member()
    picture = media_files.png(filling=bytes(100_000))
    for body in (picture, in_pieces(picture), in_pieces(media_files.png(filling=bytes(3 << 20)))):
        assert code(await upload(ana, body)) == (413, "BodyTooLarge")
    too_much = {"Content-Length": str((64 << 20) + 1)}
    assert code(await upload(ana, in_pieces(media_files.png()), **too_much)) == (413, "BodyTooLarge")
    assert (await upload(ana, in_pieces(media_files.png(filling=bytes(90_000))))).status_code == 201
    assert len(kept(settings)) == 1


async def test_a_long_film_is_taken_in_little_memory(small_api: Api, settings: Settings) -> None:
    ana, length = await small_api.member(), 60 << 20
    head = media_files.mp4() + (length + 8).to_bytes(4, "big") + b"mdat"

    async def film() -> AsyncIterator[bytes]:
        yield head
        for _ in range(length >> 16):
            yield bytes(1 << 16)

    tracemalloc.start()
    try:
        answer = await upload(ana, film())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 201, answer.text
    assert most < 16 << 20
    [name] = [path for path in (settings.home / "media").rglob("*") if path.is_file()]
    assert name.stat().st_size == length + len(head)


async def test_a_key_covers_a_request_without_its_bytes(api: Api, ana: Member, settings: Settings) -> None:
    first = await upload(ana, media_files.png(), **{"Idempotency-Key": "k"})
    again = await upload(ana, media_files.gif(), **{"Idempotency-Key": "k"})
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    assert len(kept(settings)) == 1
    assert await api.count("events WHERE type = 'MediaUploaded'") == 1


async def test_one_hash_is_kept_once_for_all_who_upload_it(api: Api, ana: Member, settings: Settings) -> None:
    other = await api.member()
    answers = await asyncio.gather(*(upload(who, media_files.png()) for who in (ana, other, ana, other)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 4
    assert len(kept(settings)) == 1


async def test_who_may_not_upload_is_told_before_sending_anything(api: Api) -> None:
    admin, ana = await api.admin(), await api.member()

    read = list[bytes]()

    async def never() -> AsyncIterator[bytes]:
        read.append(b"")
        yield b""

    assert code(await api.http.post("/media", content=never())) == (401, "SignInNeeded")
    revoked = await admin.ask("DELETE", f"/accounts/{ana.handle}/roles/author")
    assert revoked.status_code == 200, revoked.text
    assert code(await upload(ana, never())) == (403, "AuthorRoleRequired")
    assert read == []


async def test_what_is_said_beside_the_bytes_is_checked(ana: Member, settings: Settings) -> None:
    for query in ("?filename=a%00b", f"?filename={'x' * 256}", f"?alt={'x' * 1001}", "?kind=x"):
        assert code(await upload(ana, media_files.png(), query)) == (422, "InvalidRequest")
    assert kept(settings) == []


async def test_no_batch_makes_a_medium_of_bytes_that_were_not_sent(ana: Member) -> None:
    line = json.dumps({"command": "UploadMedia", "data": {"media": str(new_id())}}).encode()
    answer = await ana.ask("POST", "/commands", content=line, headers={"Content-Type": "application/x-ndjson"})
    assert answer.json()["problem"]["code"] == "NothingUploaded"


async def test_a_medium_is_described_and_deleted_by_its_owner(api: Api, ana: Member) -> None:
    media = (await upload(ana, media_files.png())).json()["id"]
    other = await api.member()
    for method, body in (("PATCH", {"alt": "The sea."}), ("DELETE", {})):
        assert code(await other.ask(method, f"/media/{media}", json=body)) == (403, "NotYourMedia")
        assert (await ana.ask(method, f"/media/{media}", json=body)).status_code == 200
    assert code(await ana.ask("DELETE", f"/media/{media}")) == (404, "NoSuchMedia")
    large = await ana.ask("PATCH", f"/media/{media}", json={"alt": "x" * 100_000})
    assert code(large) == (413, "BodyTooLarge")


async def test_bytes_are_held_from_before_they_are_stored(
    api: Api, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs, free = api.parts.uploads.blobs, list[bool]()
    put = blobs.put

    async def looked_at(sha256: str, file: Any) -> None:
        try:
            async with held(api.parts.settings.log_url, sha256, timeout_s=0.1):
                free.append(True)
        except TimeoutError:
            free.append(False)
        await put(sha256, file)

    monkeypatch.setattr(blobs, "put", looked_at)
    assert (await upload(ana, media_files.png())).status_code == 201
    assert free == [False]


async def test_a_store_that_is_away_takes_nothing(ana: Member, settings: Settings) -> None:
    (settings.home / "media").write_text("no folder")
    assert code(await upload(ana, media_files.png())) == (503, "MediaStoreUnavailable")


async def test_an_upload_that_is_cut_leaves_nothing(api: Api, ana: Member, settings: Settings) -> None:
    body = media_files.png(filling=bytes(3 << 20))
    async with listening(api.app, settings) as port:
        for length in (f"Content-Length: {len(body)}", "Transfer-Encoding: chunked"):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            head = (
                f"POST /media HTTP/1.1\r\nHost: api\r\nAuthorization: {ana.bearer['Authorization']}\r\n{length}\r\n\r\n"
            )
            half = body[: len(body) // 2]
            sent = half if length.startswith("Content") else f"{len(half):x}\r\n".encode() + half + b"\r\n"
            writer.write(head.encode() + sent)
            await writer.drain()
            while not api.parts.uploads.under_way:
                await asyncio.sleep(0.01)
            writer.close()
            await writer.wait_closed()
            while api.parts.uploads.under_way:
                await asyncio.sleep(0.01)
    assert kept(settings) == []
    assert await api.count("events WHERE type LIKE 'Media%'") == 0


async def test_whoever_sends_nothing_is_not_waited_for() -> None:
    async def silent() -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.Event().wait()

    with pytest.raises(Problem) as refused:
        async with asyncio.timeout(10):
            [chunk async for chunk in timely(silent(), idle_s=0.01)]
    assert refused.value.code == "UploadTooSlow"


async def test_only_so_many_come_at_once(settings: Settings) -> None:
    uploads = Uploads(Blobs(settings.media_place), settings)
    with ExitStack() as coming:
        for _ in range(MOST_AT_ONCE):
            coming.enter_context(uploads.taking_one())
        with pytest.raises(Problem) as refused, uploads.taking_one():
            pass
    assert refused.value.code == "Busy"
    with uploads.taking_one():
        assert uploads.under_way == 1


@asynccontextmanager
async def listening(app: Any, settings: Settings) -> AsyncIterator[int]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        found.listen()
        server = serving.server(app, settings)
        task = asyncio.create_task(server.serve(sockets=[found]))
        try:
            yield found.getsockname()[1]
        finally:
            server.should_exit = True
            await task
