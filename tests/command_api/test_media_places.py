"""Where bytes of media are kept, as the setting says it."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from kit.blobs.blobs import Blobs, BlobsUnavailable, NoSuchBlob
from kit.blobs.places import NotAPlace, place_of
from stack.ports import free_port
from tests.command_api.s3_server import bucket


def test_a_folder_is_made_when_it_is_first_used_for_its_owners_eyes_alone(tmp_path: Path) -> None:
    place = place_of((tmp_path / "a b" / "media").as_uri())
    assert place.folder == tmp_path / "a b" / "media"
    assert not place.folder.exists()
    place.open()
    assert place.folder.stat().st_mode & 0o777 == 0o700


def test_a_bucket_of_any_store_is_named_with_its_key_endpoint_and_region() -> None:
    place = place_of("s3://KEY:a%2Fb@pictures/site?endpoint=http://127.0.0.1:9000&region=eu-1")
    assert place.folder is None
    store: Any = place.open()
    assert (store.prefix, store.config["bucket"]) == ("site", "pictures")
    assert (store.config["access_key_id"], store.config["secret_access_key"]) == ("KEY", "a/b")
    assert (store.config["endpoint"], store.config["region"]) == ("http://127.0.0.1:9000", "eu-1")


@pytest.mark.parametrize("url", ["", "file://", "s3://", "/a/folder", "ftp://host/folder"])
def test_nothing_else_is_a_place(url: str) -> None:
    with pytest.raises(NotAPlace):
        place_of(url)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with bucket(tmp_path_factory.mktemp("store")) as found:
        yield found


@pytest.fixture(params=["folder", "bucket"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return (tmp_path / "media").as_uri() if request.param == "folder" else str(request.getfixturevalue("store"))


async def test_what_is_stored_is_read_in_part_listed_and_deleted(url: str) -> None:
    blobs, content = Blobs(url), bytes(range(256)) * (24 << 10)
    name = sha256(content).hexdigest()
    with blobs.new_file() as file:
        file.write(content)
        await blobs.put(name, file)
        await blobs.put(name, file)
    for start, end in ((2, 5), (100, 3 << 20), (0, len(content))):
        assert b"".join([piece async for piece in await blobs.read(name, start, end)]) == content[start:end]
    assert [kept.sha256 async for kept in blobs.all()] == [name]
    for _ in range(2):
        await blobs.delete(name)
    assert [kept async for kept in blobs.all()] == []
    with pytest.raises(NoSuchBlob):
        await blobs.read(name, 0, 1)


async def test_a_bucket_that_does_not_know_us_is_said_so(store: str) -> None:
    content = b"a secret of somebody else"
    blobs, name = Blobs(store.replace("SECRET", "ANOTHER")), sha256(content).hexdigest()
    with blobs.new_file() as file:
        file.write(content)
        with pytest.raises(BlobsUnavailable):
            await blobs.put(name, file)
    assert [kept async for kept in Blobs(store).all()] == []


async def test_a_bucket_that_is_away_is_said_so() -> None:
    with pytest.raises(BlobsUnavailable):
        await Blobs(f"s3://KEY:SECRET@bucket/site?endpoint=http://127.0.0.1:{free_port()}").read("a" * 64, 0, 1)
