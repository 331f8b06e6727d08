import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ops.importing.sources import MAX_FILE_BYTES, open_source
from ops.importing.unreadable import Unreadable

POST = b"---\ntitle: A\n---\ntext"


def tar(path: Path, names: dict[str, bytes], links: tuple[str, ...] = ()) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in names.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name in links:
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
    return path


def zipped(path: Path, names: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return path


ARCHIVES = pytest.mark.parametrize(("make", "name"), [(tar, "in.tar.gz"), (zipped, "in.zip")])
Maker = Callable[[Path, dict[str, bytes]], Path]


@ARCHIVES
def test_a_name_that_climbs_out_is_only_a_name(make: Maker, name: str, tmp_path: Path) -> None:
    names = {"../../../../etc/cron.d/a.md": POST, "/etc/b.md": POST, "ok/./c.md": POST}
    files = list(open_source(make(tmp_path / name, names)))
    assert [file.name for file in files] == ["etc/cron.d/a.md", "etc/b.md", "ok/c.md"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


@ARCHIVES
def test_a_member_that_unpacks_beyond_the_limit_is_not_held(make: Maker, name: str, tmp_path: Path) -> None:
    big, small = open_source(make(tmp_path / name, {"big.md": bytes(MAX_FILE_BYTES + 1), "small.md": POST}))
    assert big.content is None
    assert small.content == POST


@ARCHIVES
def test_a_broken_archive_says_so(make: Maker, name: str, tmp_path: Path) -> None:
    path = make(tmp_path / name, {f"{number}.md": POST * 50 for number in range(50)})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Unreadable):
        list(open_source(path))


def test_links_are_not_followed(tmp_path: Path) -> None:
    assert [file.name for file in open_source(tar(tmp_path / "in.tar.gz", {"a.md": POST}, ("b.md",)))] == ["a.md"]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.md").write_bytes(POST)
    (folder / "b.md").symlink_to("/etc/passwd")
    (folder / ".git").mkdir()
    (folder / ".git" / "c.md").write_bytes(POST)
    assert [file.name for file in open_source(folder)] == ["a.md"]


def test_one_file_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "2020-01-01-a.md").write_bytes(POST)
    assert [file.name for file in open_source(tmp_path / "2020-01-01-a.md")] == ["2020-01-01-a.md"]
    with pytest.raises(Unreadable, match="there is no"):
        list(open_source(tmp_path / "nowhere"))
