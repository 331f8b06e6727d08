"""Uploads: what is taken, what is refused, what is left behind."""

import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest

from kit.settings import Settings
from tests import media_files
from tests.command_api.asking import Api, Member


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


@pytest.mark.parametrize("media_type", media_files.FILES)
async def test_every_type_is_taken_whatever_it_is_said_to_be(ana: Member, media_type: str) -> None:
    answer = await upload(ana, media_files.FILES[media_type](), **{"Content-Type": "text/html"})
    assert answer.status_code == 201, answer.text
