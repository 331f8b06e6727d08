"""One post as it will be asked for: from a file's text, adapted where that is harmless."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from typing import Any, Literal
from uuid import UUID, uuid5

from ops.importing.attachments import Attachments
from ops.importing.category import Path
from ops.importing.comment import SourceComment
from ops.importing.dates import split_file_name
from ops.importing.fields import KNOWN, Fields
from ops.importing.front_matter import Document, parse
from ops.importing.remarks import Refused
from ops.importing.sources import SourceFile

_NAMESPACE = UUID("5c1f2c3e-6b0e-5d0a-9a53-70616c696d70")
_INDEX = {"index", "readme", "_index"}
MARKDOWN, HTML = {".md", ".markdown", ".mdown", ".mkd"}, {".html", ".htm"}


class NotAPost(Exception):  # noqa: N818 - named for the fact
    """The file is something else, and is left out."""


@dataclass(slots=True)
class Article:
    name: str
    id: UUID
    title: str
    body: str
    format: Literal["markdown", "html"]
    slug: str
    earlier_slugs: tuple[str, ...]
    authors: tuple[str, ...]
    """As the file calls them."""
    tags: tuple[str, ...]
    category: Path
    """Empty: none."""
    language: str
    excerpt: str | None
    comments_allowed: bool
    published_at: datetime | None
    is_draft: bool
    is_archived: bool
    comments: tuple[SourceComment, ...] = ()
    cover: str = ""
    """A link to a picture, as the source has it."""
    cover_id: UUID | None = None
    """Of the medium that it has become here."""
    warnings: list[tuple[str, int | None]] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of each field of the front matter."""

    @property
    def people(self) -> tuple[str, ...]:
        """Its authors, and authors of the source who wrote comments, as the source calls them."""
        return (*self.authors, *(comment.by for comment in self.comments if isinstance(comment.by, str)))

    @property
    def closes_later(self) -> bool:
        """It takes no comments any more, and had some."""
        return bool(self.comments) and not self.comments_allowed

    def content(self, authors: tuple[UUID, ...], category: UUID | None) -> dict[str, Any]:
        """What a draft and a revision share, as command data."""
        named = {"authors": [str(author) for author in authors]} if authors else {}
        return {
            "title": self.title,
            "body": self.body,
            "format": self.format,
            "excerpt": self.excerpt,
            "language": self.language,
            "tags": list(self.tags),
            "category": str(category) if category else None,
            "comments_allowed": self.comments_allowed,
            **({"cover": str(self.cover_id)} if self.cover_id else {}),
            **named,
        }


@dataclass(frozen=True, slots=True)
class Manner:
    """How files are read, as the command line says."""

    zone: tzinfo
    language: str = "en"
    source: str = ""
    """Keeps posts of several sites apart whose files have the same names."""
    categories: Mapping[str, Path] = field(default_factory=dict)
    """By what posts call them, from the source's own list."""
    attachments: Attachments = field(default_factory=Attachments)
    """Media that lie beside the posts."""
    with_internal_tags: bool = False
    """Ghost's tags for its own use, which readers do not see there."""


def read_article(file: SourceFile, manner: Manner) -> Article:
    """Reads one file.

    Raises:
        NotAPost: it is something else.
        Refused: it cannot be imported, and why.
    """
    if file.suffix not in MARKDOWN | HTML:
        raise NotAPost("not Markdown or HTML")
    if file.content is None:
        raise Refused("larger than 4 MiB; a body is at most 1 MiB")
    document = parse(_decoded(file.content))
    if not document.has_front_matter and split_file_name(file.stem)[0] is None:
        raise NotAPost("has no front matter")
    return _article(file, document, Fields(document, manner), manner)


def _article(file: SourceFile, document: Document, fields: Fields, manner: Manner) -> Article:
    file_date, rest = split_file_name(_telling_name(file))
    slug, earlier = fields.slugs(rest)
    published_at = fields.date(file_date)
    category, tags = fields.sorted_in()
    named_cover, cover = fields.cover(lambda link: manner.attachments.find(link, file.name) is not None)
    return Article(
        name=file.name,
        id=fields.id() or uuid5(_NAMESPACE, f"post:{manner.source}:{_telling_name(file)}"),
        title=fields.title(rest),
        body=document.body,
        format="html" if file.suffix in HTML else "markdown",
        slug=slug,
        earlier_slugs=earlier,
        authors=fields.authors(),
        tags=tags,
        category=category,
        language=fields.language(),
        excerpt=fields.excerpt(),
        comments_allowed=fields.flag("comments", default=True),
        published_at=published_at,
        is_draft=fields.flag("draft") or not fields.flag("published", default=True),
        is_archived=fields.flag("archived"),
        cover=cover,
        warnings=fields.warnings,
        ignored=tuple(
            name
            for name in document.fields
            if name not in KNOWN and name != named_cover and re.fullmatch(r"[\w-]{1,40}", name)
        ),
        lines=document.lines,
    )


def author_id(handle: str) -> UUID:
    """The id that an author is credited under, the same in every run."""
    return uuid5(_NAMESPACE, f"author:{handle}")


def _telling_name(file: SourceFile) -> str:
    """The file's own name; of `2015-03-17-title/index.md` the folder's."""
    path = PurePosixPath(file.name)
    return path.parent.name if path.stem.lower() in _INDEX and path.parent.name else path.stem


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise Refused("not UTF-8", line=line) from None
    if "\x00" in text:
        raise Refused("holds U+0000", line=text[: text.index("\x00")].count("\n") + 1)
    return text


def same_name(article: Article, manner: Manner) -> UUID:
    """Another id for a file whose name another file of the source has: by its whole path."""
    return uuid5(_NAMESPACE, f"post:{manner.source}:{article.name}")
