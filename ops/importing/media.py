"""Takes media that lie beside posts to their door, and has the posts link to them; a second run sends nothing again."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any
from uuid import UUID, uuid5

import httpx

from ops.importing.article import Article
from ops.importing.attachments import Attachments
from ops.importing.door import CommandDoor, Wish
from ops.importing.links import exchanged, links_in, own_id, without_host
from ops.importing.media_list import Listed
from ops.importing.remarks import Remarks
from ops.importing.sign_in import Bearer

_NAMESPACE = UUID("3f0a8b14-75a1-5b1c-9c57-70616c696d70")
_PIECE_BYTES = 1 << 20
_TRIES, _PAUSE_S = 5, 2.0
_NOT_NOW = frozenset({408, 429, 500, 502, 503, 504})
_MOST_ELSEWHERE = 1_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file of the source, and what it is to be here."""

    path: str
    id: UUID
    alt: str | None


@dataclass(slots=True)
class Media:
    door: CommandDoor
    client: httpx.AsyncClient
    bearer: Bearer
    remarks: Remarks
    attachments: Attachments = field(default_factory=Attachments)
    listed: Mapping[str, Listed] = field(default_factory=dict)
    """What an export says of its media, by their paths."""
    hosts: set[str] = field(default_factory=set)
    """Under which the source's site was to be found."""
    source: str = ""
    uploaded: int = 0
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Links to pictures that are not in the source, and a post that has them."""
    _known: dict[str, UUID | None] = field(default_factory=dict)
    """By path; None: it was not taken."""
    _uploading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, window: Sequence[Article]) -> None:
        """Uploads what these articles link to, and rewrites the links.

        Raises:
            DoorClosed.
        """
        async with self._uploading:
            wanted: dict[str, str | None] = {}
            for path, alt in (link for article in window for link in self._linked(article)):
                wanted[path] = wanted.get(path) or alt
            await self._add([path for path in wanted if path not in self._known], wanted)
        for article in window:
            self._rewrite(article)

    def _linked(self, article: Article) -> Iterable[tuple[str, str | None]]:
        for link in links_in(article.body):
            if path := self._path(link.text, article):
                yield path, link.alt
            else:
                self._note_elsewhere(link.text, article)
        if article.cover and (path := self._path(article.cover, article)):
            yield path, None
        elif article.cover:
            self._note_elsewhere(article.cover, article)

    def _note_elsewhere(self, link: str, article: Article) -> None:
        if link.startswith(("http://", "https://", "//")) and len(self.elsewhere) < _MOST_ELSEWHERE:
            self.elsewhere.setdefault(link, article.name)

    def _path(self, link: str, article: Article) -> str | None:
        within = without_host(link, frozenset(self.hosts)) if self.attachments else None
        if within is None:
            return None
        own = own_id(within)
        return self.attachments.find(within if own is None else self._by_id.get(own, within), article.name)

    @property
    def _by_id(self) -> Mapping[str, str]:
        return {str(one.id): path for path, one in self.listed.items()}

    async def _add(self, paths: Sequence[str], alts: Mapping[str, str | None]) -> None:
        wanted = [await self._wanted(path, alts[path]) for path in paths]
        wishes = [Wish("UploadMedia", {"media": str(one.id)}) for one in wanted]
        answers = await self.door.send(wishes) if wishes else []
        for one, answer in zip(wanted, answers, strict=True):
            is_there = answer.code == "MediaExists"
            self._known[one.path] = one.id if is_there or await self._upload(one) else None

    async def _wanted(self, path: str, alt: str | None) -> _Wanted:
        said = self.listed.get(path)
        if said is not None:
            return _Wanted(path, said.id, said.alt)
        with self.attachments.open(path) as file:
            sha256 = (await asyncio.to_thread(hashlib.file_digest, file, "sha256")).hexdigest()  # type: ignore[arg-type]
        return _Wanted(path, uuid5(_NAMESPACE, f"media:{self.source}:{sha256}"), alt)

    async def _upload(self, one: _Wanted) -> bool:
        named = {"id": str(one.id), "filename": PurePosixPath(one.path).name[-255:]}
        asked = named if one.alt is None else {**named, "alt": " ".join(one.alt.split())[:1000]}
        for attempt in range(_TRIES):
            if attempt:
                await asyncio.sleep(_PAUSE_S)
            answer = await self._sent(one.path, asked)
            if answer is None or answer.status_code in _NOT_NOW:
                continue
            if answer.is_success:
                self.uploaded += 1
                self.door.seen.add(answer.json()["token"])
            else:
                self._say(one.path, answer)
            return answer.is_success or answer.status_code == httpx.codes.CONFLICT
        self.remarks.warning(one.path, "could not be uploaded; links to it are left as they are")
        return False

    async def _sent(self, path: str, asked: Mapping[str, Any]) -> httpx.Response | None:
        headers = {"Authorization": await self.bearer.header(self.client)}
        with self.attachments.open(path) as file:
            try:
                return await self.client.post("/media", params=asked, content=_pieces(file), headers=headers)
            except httpx.TransportError:
                return None

    def _say(self, path: str, answer: httpx.Response) -> None:
        if answer.status_code != httpx.codes.CONFLICT:
            said = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            self.remarks.warning(path, f"was not taken: {said.get('detail', answer.status_code)}")

    def _rewrite(self, article: Article) -> None:
        def here(link: str) -> str:
            path = self._path(link, article)
            found = self._known.get(path) if path else None
            return link if found is None or own_id(link) == str(found) else f"/media/{found}/original"

        if self.attachments:
            article.body = exchanged(article.body, here)
            path = self._path(article.cover, article) if article.cover else None
            article.cover_id = self._known.get(path) if path else None


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
        yield piece
