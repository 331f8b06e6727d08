"""Media that lie beside the posts of a source: found by the paths that posts name, opened when they are wanted."""

import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from ops.importing.paths import wanted_paths

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".mp4", ".m4v", ".mov", ".webm"})
_MOST, _MOST_BYTES = 200_000, 64 << 30
_LONGEST_BYTES = 2 << 30
"""The command API has a limit of its own, which is said of each file that is beyond it."""
Opening = Callable[[], AbstractContextManager[IO[bytes]]]


class Attachments:
    """What a source has besides posts.

    Args:
        files: how each is opened, by its path in the source.
    """

    def __init__(self, files: Mapping[str, Opening] | None = None) -> None:
        self._files = dict(files or {})
        self._by_name: dict[str, list[str]] = {}
        for path in self._files:
            self._by_name.setdefault(PurePosixPath(path).name.lower(), []).append(path)

    def __bool__(self) -> bool:
        return bool(self._files)

    def find(self, link: str, beside: str) -> str | None:
        """The path of what a post links to: from the post, from the top, or, if but one fits, by how it ends."""
        for path in wanted_paths(link, beside):
            fitting = [one for one in self._by_name.get(PurePosixPath(path).name.lower(), ()) if _ends_so(one, path)]
            if path in fitting:
                return path
            if len(fitting) == 1:
                return fitting[0]
        return None

    def open(self, path: str) -> AbstractContextManager[IO[bytes]]:
        return self._files[path]()


def is_medium(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES


@contextmanager
def attachments_of(source: Path) -> Iterator[Attachments]:
    """Those of a folder, a zip or a tar, for as long as the context lasts. A tar's are copied: it cannot be sought in.

    What cannot be read has none: the posts' own reading says so.
    """
    with ExitStack() as open_ones:
        try:
            yield Attachments(_files(source, open_ones))
        except (tarfile.TarError, zipfile.BadZipFile, EOFError):
            yield Attachments()


def _files(source: Path, open_ones: ExitStack) -> dict[str, Opening]:
    if source.is_dir():
        return dict(_of_folder(source))
    if not source.is_file():
        return {}
    if zipfile.is_zipfile(source):
        return dict(_of_zip(open_ones.enter_context(zipfile.ZipFile(source))))
    if tarfile.is_tarfile(source):
        return dict(_of_tar(source, Path(open_ones.enter_context(tempfile.TemporaryDirectory()))))
    return {}


def _of_folder(folder: Path) -> Iterator[tuple[str, Opening]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_ours = not any(part.startswith(".") for part in name.split("/"))
        if is_ours and is_medium(name) and path.is_file() and not path.is_symlink():
            yield name, lambda path=path: path.open("rb")  # type: ignore[misc] # the default binds it


def _of_zip(archive: zipfile.ZipFile) -> Iterator[tuple[str, Opening]]:
    for member in archive.infolist()[:_MOST]:
        if is_medium(member.filename) and member.file_size <= _LONGEST_BYTES:
            yield _shown(member.filename), lambda member=member: archive.open(member)  # type: ignore[misc] # the same


def _of_tar(source: Path, copies: Path) -> Iterator[tuple[str, Opening]]:
    room = _MOST_BYTES
    with tarfile.open(source, "r|*") as archive:
        for number, member in enumerate(archive):
            archive.members = []  # type: ignore[attr-defined] # it would keep every header
            content = archive.extractfile(member) if member.isfile() and is_medium(member.name) else None
            if content is None or member.size > min(room, _LONGEST_BYTES):
                continue
            room -= member.size
            copy = copies / str(number)  # never a name of theirs
            with copy.open("wb") as file:
                shutil.copyfileobj(content, file)
            yield _shown(member.name), lambda copy=copy: copy.open("rb")  # type: ignore[misc] # the same


def _shown(name: str) -> str:
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."})


def _ends_so(path: str, wanted: str) -> bool:
    return f"/{path}".lower().endswith(f"/{wanted}".lower())
