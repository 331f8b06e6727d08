"""Records what came of looking into a medium: its variants, stored before anybody hears of them, or why there are none.

Done twice, it is the same bytes under the same names, and no second event.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Any, Self, TypeAlias

import orjson

from domain.command import Actor, Command, Context
from domain.media.events import MediaUploaded, Variant
from domain.media.media import Media
from domain.media.record_media_processed import RecordMediaProcessed
from domain.media.record_media_rejected import RecordMediaRejected
from domain.media.refusals import NoSuchMedia
from engine.log.keyring import KeyDestroyed
from engine.log.records import Recorded
from jobs.tools import Tools
from kit import clock
from kit.blobs.blobs import NoSuchBlob
from kit.films.films import FilmRefused
from kit.pictures.pictures import PictureRefused
from kit.pictures.result import Result

_SYSTEM = Actor(is_system=True)
_LONGEST_REASON = 200

Make: TypeAlias = Callable[[IO[bytes], Recorded, Tools], Awaitable[None]]
"""Makes the forms of a medium of its bytes, and records them."""


@dataclass(slots=True)
class Outcome:
    """What is gathered of one medium; its files are gone when it is closed."""

    tools: Tools
    variants: list[Variant] = field(default_factory=list)
    files: dict[str, IO[bytes]] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, name: str, media_type: str, content: bytes, *, width: int, height: int) -> None:
        file = self._open.enter_context(self.tools.media_bytes.new_file())
        file.write(content)
        self.add_file(name, media_type, file, width=width, height=height)

    def add_file(self, name: str, media_type: str, file: IO[bytes], *, width: int, height: int) -> None:
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # it is a real file
        size = {"size_bytes": file.tell(), "width": width, "height": height}
        self.variants.append(Variant(name=name, sha256=sha256, media_type=media_type, **size))
        self.files.setdefault(sha256, file)

    def add_pictures(self, result: Result, contents: list[bytes]) -> None:
        for made, content in zip(result.variants, contents, strict=True):
            self.add(made.name, made.media_type, content, width=made.width, height=made.height)


async def look_into(cause: Recorded, tools: Tools, make: Make) -> None:
    """Has something made of a medium's bytes; what cannot be shown is rejected, what was deleted meanwhile is left."""
    uploaded: MediaUploaded = cause.event
    if not await _is_there(cause, tools):
        return
    try:
        async with tools.media_bytes.copied(uploaded.sha256, uploaded.size_bytes) as file:
            await make(file, cause, tools)
    except (FilmRefused, PictureRefused) as refused:
        await _reject(str(refused), cause, tools)
    except NoSuchBlob:
        if await _is_there(cause, tools):
            raise


async def _is_there(cause: Recorded, tools: Tools) -> bool:
    media, _ = await tools.executor.load(Media, cause.stream)
    return media is not None and media.status != "deleted"


async def record(outcome: Outcome, found: Mapping[str, Any], cause: Recorded) -> None:
    """Stores the files and says so; of what was deleted or erased meanwhile nothing is left."""
    uploaded: MediaUploaded = cause.event
    command = RecordMediaProcessed(media=uploaded.media, variants=tuple(outcome.variants), **found)
    media_bytes = outcome.tools.media_bytes
    async with media_bytes.stored(outcome.files):
        is_recorded = await _carry_out(command, cause, outcome.tools)
    if not is_recorded:
        for sha256 in outcome.files:
            await media_bytes.remove_unneeded(sha256)


async def _reject(reason: str, cause: Recorded, tools: Tools) -> None:
    command = RecordMediaRejected(media=cause.event.media, reason=reason[:_LONGEST_REASON])
    await _carry_out(command, cause, tools)


async def _carry_out(command: Command, cause: Recorded, tools: Tools) -> bool:
    try:
        await tools.executor.execute(
            command,
            context=Context(_SYSTEM, clock.now()),
            correlation=str(orjson.loads(cause.metadata).get("correlation", cause.id)),
            causation=str(cause.id),
        )
    except (NoSuchMedia, KeyDestroyed):
        return False
    return True
