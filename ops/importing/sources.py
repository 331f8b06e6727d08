"""Opens what is imported: a folder, a tar, a zip or one file. Archives are read in memory: nothing is unpacked."""

import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from ops.importing.attachments import is_medium
from ops.importing.unreadable import Unreadable

MAX_FILE_BYTES = 4 << 20
"""The largest legal body is 1 MiB; front matter and escapes do not make four of it."""
_PACKED = {".gz", ".tgz", ".tar", ".zip", ".bz2", ".xz"}


@dataclass(frozen=True, slots=True)
class SourceFile:
    name: str
    """Its path in the source, with slashes: only ever shown, and part of an id; never opened."""
    content: bytes | None
    """None: larger than we read, or an export, which is read as a stream."""
    stream: IO[bytes] | None = None
    """Of what may be an export of many posts; to be read before the next file is asked for."""

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
    if path.suffix in _PACKED and not is_export(path.name):
        raise Unreadable(f"{path} is no archive that can be read (tar, tar.gz, zip)")
    return _single(path)


def is_export(name: str) -> bool:
    """By its name: one file with many posts."""
    return name.lower().removesuffix(".gz").endswith((".xml", ".json", ".wxr"))


def _single(path: Path) -> Iterator[SourceFile]:
    with path.open("rb") as file:
        yield _source(path.name, file)


def _source(name: str, content: IO[bytes]) -> SourceFile:
    if is_export(name):
        return SourceFile(name, None, content)
    if is_medium(name):
        return SourceFile(name, None)  # `Attachments` opens it when a post shows it
    read = content.read(MAX_FILE_BYTES + 1)  # what a header says of the size may be a lie
    return SourceFile(name, read if len(read) <= MAX_FILE_BYTES else None)


def _of_folder(folder: Path) -> Iterator[SourceFile]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        # A link may lead anywhere, and a hidden folder is a tool's own (.git).
        is_ours = not any(part.startswith(".") for part in name.split("/"))
        if is_ours and path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                yield _source(name, file)


def _of_tar(path: Path) -> Iterator[SourceFile]:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if member.isfile():
                content = archive.extractfile(member)
                yield _source(_shown(member.name), content) if content else SourceFile(_shown(member.name), None)
            archive.members = []  # type: ignore[attr-defined] # it would keep every header


def _of_zip(path: Path) -> Iterator[SourceFile]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            with archive.open(member) as content:
                yield _source(_shown(member.filename), content)


def _shown(name: str) -> str:
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."})
