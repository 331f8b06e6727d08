"""Where files are written: a folder, or a zip."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol


class NotEmpty(Exception):  # noqa: N818 - named for the fact
    """Something is there already: an export never mixes with what was."""


class Target(Protocol):
    def write(self, name: str, text: str) -> None: ...
    async def copy(self, name: str, pieces: AsyncIterator[bytes]) -> None: ...
    def close(self) -> None: ...


class Folder:
    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if next(path.iterdir(), None):
            raise NotEmpty(f"{path} is not empty")
        self._path = path

    def write(self, name: str, text: str) -> None:
        path = self._path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())

    async def copy(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        path = self._path / name
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as file:
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)

    def close(self) -> None:
        pass


class Zip:
    def __init__(self, path: Path) -> None:
        if path.exists():
            raise NotEmpty(f"{path} is there already")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._archive = zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED)

    def write(self, name: str, text: str) -> None:
        self._archive.writestr(name, text.encode())

    async def copy(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """As they are: pictures and films are packed already."""
        with self._archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)

    def close(self) -> None:
        self._archive.close()


def open_target(path: Path) -> Target:
    """Raises NotEmpty, or OSError when it cannot be made."""
    return Zip(path) if path.suffix.lower() == ".zip" else Folder(path)
