"""Opens what is imported: a folder, a tar, a zip or one file. Archives are read in memory: nothing is unpacked."""

import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MAX_FILE_BYTES = 4 << 20
"""The largest legal body is 1 MiB; front matter and escapes do not make four of it."""


class Unreadable(Exception):  # noqa: N818 - named for the fact
    """The source as a whole is not what it should be."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    name: str
    """Its path in the source, with slashes: only ever shown, and part of an id; never opened."""
    content: bytes | None
    """None: larger than we read."""

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


def open_source(path: Path) -> Iterator[SourceFile]:
    """Gives the files one by one, in a folder by name, in an archive as they come.

    Raises:
        Unreadable: there is nothing there, or an archive is broken.
    """
    try:
        yield from _files(path)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as problem:
        raise Unreadable(f"{path} is a broken or encrypted archive: {problem}") from problem
    except OSError as problem:
        raise Unreadable(f"{path} cannot be read: {problem.strerror or problem}") from problem


def _files(path: Path) -> Iterator[SourceFile]:
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        raise Unreadable(f"there is no {path}")
    if zipfile.is_zipfile(path):
        return _of_zip(path)
    if tarfile.is_tarfile(path):
        return _of_tar(path)
    if path.suffix in {".gz", ".tgz", ".tar", ".zip", ".bz2", ".xz"}:
        raise Unreadable(f"{path} is no archive that can be read (tar, tar.gz, zip)")
    return iter([SourceFile(path.name, _read(path))])


def _of_folder(folder: Path) -> Iterator[SourceFile]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        # A link may lead anywhere, and a hidden folder is a tool's own (.git).
        is_ours = not any(part.startswith(".") for part in name.split("/"))
        if is_ours and path.is_file() and not path.is_symlink():
            yield SourceFile(name, _read(path))


def _of_tar(path: Path) -> Iterator[SourceFile]:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if member.isfile():
                content = archive.extractfile(member) if member.size <= MAX_FILE_BYTES else None
                yield SourceFile(_shown(member.name), content.read(MAX_FILE_BYTES + 1) if content else None)
            archive.members = []  # type: ignore[attr-defined] # it would keep every header


def _of_zip(path: Path) -> Iterator[SourceFile]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            with archive.open(member) as content:
                read = content.read(MAX_FILE_BYTES + 1)  # what the header says of the size may be a lie
            yield SourceFile(_shown(member.filename), read if len(read) <= MAX_FILE_BYTES else None)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else None


def _shown(name: str) -> str:
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."})
