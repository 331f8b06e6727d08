"""Bytes of media in backups: there once for all of them, gone when they are deleted, put back when they are lost."""

from hashlib import sha256
from pathlib import Path

import pytest

from kit.blobs.blobs import key_of
from ops.backing_up.media import carry, forget, held_in
from ops.backup import backup
from tests.ops import backups
from tests.servers import Database

NEED = (
    "INSERT INTO claims (kind, value, stream) VALUES ('bytes', '{0}/one', 'media-{0}'), ('bytes', '{0}/two', 'media')"
)


def put(folder: Path, content: bytes) -> str:
    name = sha256(content).hexdigest()
    (folder / key_of(name)).parent.mkdir(parents=True, exist_ok=True)
    (folder / key_of(name)).write_bytes(content)
    return name


async def test_a_backup_has_the_bytes_that_media_need_and_no_others(
    log_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    media, shelf = tmp_path / "media", tmp_path / "shelf"
    needed, _, lost = put(media, b"needed"), put(media, b"left over"), sha256(b"lost").hexdigest()
    for name in (needed, lost):
        await backups.execute(log_database, NEED.format(name))
    for _ in range(2):
        await backup(log_database.url("owner"), shelf, secret="", media=media)
        assert held_in(shelf / "media") == {needed}
    assert (shelf / "media" / key_of(needed)).read_bytes() == b"needed"
    assert (shelf / "media" / key_of(needed)).stat().st_mode & 0o777 == 0o600
    assert key_of(lost) in capsys.readouterr().err
    await backups.execute(log_database, "DELETE FROM claims WHERE kind = 'bytes'")
    await backup(log_database.url("owner"), shelf, secret="", media=media)
    assert held_in(shelf / "media") == set()


def test_what_was_lost_is_put_back_and_what_is_there_is_let_be(tmp_path: Path) -> None:
    shelf, media = tmp_path / "shelf", tmp_path / "media"
    names = {put(shelf, b"a"), put(shelf, b"b")}
    assert carry(shelf, media, held_in(shelf)) == []
    assert held_in(media) == names
    one = media / key_of(sha256(b"a").hexdigest())
    before = one.stat().st_ino
    (media / key_of(sha256(b"b").hexdigest())).unlink()
    carry(shelf, media, held_in(shelf))
    assert (held_in(media), one.stat().st_ino) == (names, before)


def test_a_copy_that_was_cut_passes_for_nothing(tmp_path: Path) -> None:
    name = put(tmp_path, b"a")
    (tmp_path / key_of(name)).rename((tmp_path / key_of(name)).with_name(f".unfinished-{name}"))
    assert held_in(tmp_path) == set()
    forget(tmp_path, set())
