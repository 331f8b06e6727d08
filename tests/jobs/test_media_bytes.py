"""Bytes of media: kept while any medium needs them, removed when none does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from jobs.media_bytes import MediaBytes
from jobs.media_sweep import sweep
from kit import clock
from kit.blobs.blobs import Blobs, BlobsUnavailable
from kit.blobs.holding import held
from kit.database import open_pool
from tests.jobs.accounts import Accounts
from tests.jobs.stored_media import stored
from tests.servers import Database


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs((tmp_path / "media").as_uri())


@pytest.fixture
async def media_bytes(blobs: Blobs, log_database: Database) -> AsyncIterator[MediaBytes]:
    url = log_database.url("jobs")
    async with await open_pool(url, size=2, application_name="test media", is_stateless=True) as pool:
        yield MediaBytes(blobs, pool, url)


@pytest.fixture
async def ana(accounts: Accounts) -> UUID:
    account, _ = await accounts.register()
    return account


async def kept(blobs: Blobs) -> set[str]:
    return {each.sha256 async for each in blobs.all()}


async def test_bytes_stay_until_the_last_medium_that_has_them_is_deleted(
    accounts: Accounts, ana: UUID, blobs: Blobs, media_bytes: MediaBytes
) -> None:
    sea = await stored(blobs, b"the sea")
    media = [await accounts.upload(ana, sea) for _ in range(2)]
    for each, is_last in zip(media, (False, True), strict=True):
        await accounts.delete_media(each)
        assert await media_bytes.remove_unneeded(sea.sha256) is is_last
    assert await kept(blobs) == set()
    assert await media_bytes.remove_unneeded(sea.sha256)


async def test_what_no_event_came_for_is_swept_once_it_is_old(
    accounts: Accounts, ana: UUID, blobs: Blobs, media_bytes: MediaBytes
) -> None:
    needed, left = await stored(blobs, b"needed"), await stored(blobs, b"left")
    await accounts.upload(ana, needed)
    assert await sweep(media_bytes, clock.now() - timedelta(hours=1)) == 0
    assert await kept(blobs) == {needed.sha256, left.sha256}
    assert await sweep(media_bytes, clock.now() + timedelta(hours=1)) == 1
    assert await kept(blobs) == {needed.sha256}


async def test_bytes_that_somebody_is_about_to_need_are_not_removed(
    accounts: Accounts, ana: UUID, blobs: Blobs, media_bytes: MediaBytes, log_database: Database
) -> None:
    sea = await stored(blobs, b"the sea")
    async with held(log_database.url("command"), sea.sha256):
        removing = asyncio.create_task(media_bytes.remove_unneeded(sea.sha256))
        await asyncio.wait([removing], timeout=0.5)
        await accounts.upload(ana, sea)
    assert not await removing
    assert await kept(blobs) == {sea.sha256}


async def test_a_store_that_is_away_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("no folder")
    with pytest.raises(BlobsUnavailable):
        await Blobs((tmp_path / "media").as_uri()).delete("a" * 64)
