"""Variants of pictures: stored before anybody hears of them, once, and gone with their medium."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID

import pytest

from domain.catalogue import EVENTS, UPCASTERS
from domain.command import StoredBytes
from domain.media.events import MediaProcessed, MediaRejected, MediaUploaded
from domain.media.media import Media
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import Recorded
from jobs import picture_variants
from jobs.media_bytes import MediaBytes
from jobs.tools import Tools
from kit.blobs.blobs import Blobs, BlobsUnavailable
from kit.blobs.holding import held
from kit.database import open_pool
from kit.films.films import Films
from kit.pictures.pictures import Pictures
from kit.pictures.result import Result
from tests.jobs.accounts import Accounts
from tests.pictures import corpus
from tests.pictures.test_variants import made_of
from tests.servers import Database


class Unstable(Blobs):
    """A store that goes away when it is told to."""

    left: int | None = None
    """So many more are taken; None: all."""

    async def put(self, sha256: str, file: Any) -> None:
        if self.left is not None:
            if not self.left:
                raise BlobsUnavailable("away")
            self.left -= 1
        await super().put(sha256, file)


@dataclass
class Darkroom:
    """The job's tools, the log behind them, and what is stored."""

    accounts: Accounts
    blobs: Unstable
    tools: Tools
    pool: Any
    owner: UUID

    async def upload(self, content: bytes, media_type: str) -> UUID:
        name = sha256(content).hexdigest()
        with self.blobs.new_file() as file:
            file.write(content)
            await self.blobs.put(name, file)
        return await self.accounts.upload(self.owner, StoredBytes(name, media_type, len(content), 60, 40))

    async def events(self, media: UUID) -> list[Recorded]:
        stored = [event for event in await LogReader(self.pool).all(0) if event.stream == f"media-{media}"]
        return await Codec(EVENTS, UPCASTERS).decode_many(stored, KeyRing(self.pool))

    async def perform(self, media: UUID) -> None:
        [cause] = [each for each in await self.events(media) if isinstance(each.event, MediaUploaded)]
        await picture_variants.perform(cause, self.tools)

    async def kinds(self, media: UUID) -> list[str]:
        return [type(each.event).__name__ for each in await self.events(media)]

    async def kept(self) -> set[str]:
        return {each.sha256 async for each in self.blobs.all()}

    async def needed(self, media: UUID) -> set[str]:
        found, _ = await self.accounts.executor.load(Media, f"media-{media}")
        return {found.sha256, *(variant.sha256 for variant in found.variants)}


@asynccontextmanager
async def opened_darkroom(accounts: Accounts, log: Database, folder: Path) -> AsyncIterator[Darkroom]:
    blobs, url = Unstable(folder.as_uri()), log.url("jobs")
    async with await open_pool(url, size=2, application_name="test pictures", is_stateless=True) as pool:
        media_bytes = MediaBytes(blobs, pool, url)
        unused: Any = dict.fromkeys(set(Tools.__dataclass_fields__) - {"progress"})
        tools = Tools(
            **{
                **unused,
                "executor": accounts.executor,
                "media_bytes": media_bytes,
                "pictures": Pictures(),
                "films": Films(most_s=60),
            }
        )
        owner, _ = await accounts.register()
        yield Darkroom(accounts, blobs, tools, pool, owner)


@pytest.fixture
async def darkroom(accounts: Accounts, log_database: Database, tmp_path: Path) -> AsyncIterator[Darkroom]:
    async with opened_darkroom(accounts, log_database, tmp_path / "media") as opened:
        yield opened


async def test_a_picture_gets_its_variants_once_however_often_the_job_is_done(darkroom: Darkroom) -> None:
    media = await darkroom.upload(corpus.lying(6), "image/jpeg")
    await asyncio.gather(*(darkroom.perform(media) for _ in range(2)))
    await darkroom.perform(media)
    assert await darkroom.kinds(media) == ["MediaUploaded", "MediaProcessed"]
    processed: MediaProcessed = (await darkroom.events(media))[-1].event
    assert (processed.width, processed.height, processed.owner) == (60, 40, darkroom.owner)
    assert (processed.placeholder or "").startswith("data:image/webp;base64,")
    assert [variant.name for variant in processed.variants] == [
        f"{form}.{ending}" for form in ("thumbnail", "medium", "large") for ending in ("jpg", "webp")
    ]
    assert await darkroom.kept() == await darkroom.needed(media)


async def test_after_a_crash_halfway_it_is_done_as_if_there_had_been_none(darkroom: Darkroom) -> None:
    media = await darkroom.upload(corpus.lying(1), "image/jpeg")
    for left in (0, 2):
        darkroom.blobs.left = left
        with pytest.raises(BlobsUnavailable):
            await darkroom.perform(media)
        assert await darkroom.kinds(media) == ["MediaUploaded"]
    darkroom.blobs.left = None
    await darkroom.perform(media)
    assert await darkroom.kinds(media) == ["MediaUploaded", "MediaProcessed"]
    assert await darkroom.kept() == await darkroom.needed(media)


class Slow(Pictures):
    """Meanwhile something else happens."""

    meanwhile: Callable[[], Awaitable[None]]

    async def variants(self, file: IO[bytes], media_type: str) -> tuple[Result, list[bytes]]:
        await self.meanwhile()
        return await super().variants(file, media_type)


async def test_nothing_is_left_of_what_was_deleted_meanwhile(darkroom: Darkroom) -> None:
    content = corpus.lying(1)
    media = await darkroom.upload(content, "image/jpeg")
    pictures = Slow()
    pictures.meanwhile = partial(darkroom.accounts.delete_media, media)
    darkroom.tools = replace(darkroom.tools, pictures=pictures)
    await darkroom.perform(media)
    assert await darkroom.kinds(media) == ["MediaUploaded", "MediaDeleted"]
    assert await darkroom.kept() <= {sha256(content).hexdigest()}


async def test_variants_are_held_from_before_they_are_stored_until_they_are_said(
    darkroom: Darkroom, log_database: Database
) -> None:
    content = corpus.lying(1)
    _, variants = await made_of(content, "image/jpeg")
    media = await darkroom.upload(content, "image/jpeg")
    async with held(log_database.url("jobs"), sha256(variants["large.webp"]).hexdigest()):
        making = asyncio.create_task(darkroom.perform(media))
        await asyncio.wait([making], timeout=2)
        assert not making.done()
        assert await darkroom.kept() == {sha256(content).hexdigest()}
    await making
    assert await darkroom.kept() == await darkroom.needed(media)


async def test_of_an_erased_account_nothing_is_made(darkroom: Darkroom) -> None:
    content = corpus.lying(3)
    media = await darkroom.upload(content, "image/jpeg")
    await darkroom.accounts.close(darkroom.owner, erase_content=True)
    await darkroom.perform(media)
    assert await darkroom.kinds(media) == ["MediaUploaded"]
    assert await darkroom.kept() == {sha256(content).hexdigest()}


async def test_two_media_of_the_same_bytes_share_variants(darkroom: Darkroom) -> None:
    media = [await darkroom.upload(corpus.lying(1), "image/jpeg") for _ in range(2)]
    for each in media:
        await darkroom.perform(each)
    assert await darkroom.needed(media[0]) == await darkroom.needed(media[1]) == await darkroom.kept()
    await darkroom.accounts.delete_media(media[0])
    for name in await darkroom.kept():
        assert not await darkroom.tools.media_bytes.remove_unneeded(name)


async def test_what_cannot_be_shown_is_rejected_with_a_reason(darkroom: Darkroom) -> None:
    media = await darkroom.upload(corpus.lying(1)[:300], "image/jpeg")
    for _ in range(2):
        await darkroom.perform(media)
    assert await darkroom.kinds(media) == ["MediaUploaded", "MediaRejected"]
    rejected = cast("MediaRejected", (await darkroom.events(media))[-1].event)
    assert "damaged" in rejected.reason


async def test_a_film_is_not_its_business(darkroom: Darkroom) -> None:
    media = await darkroom.upload(b"film", "video/mp4")
    await darkroom.perform(media)
    assert await darkroom.kinds(media) == ["MediaUploaded"]
