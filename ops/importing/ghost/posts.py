"""One row of an export: a post or a page as an article."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from ops.importing.article import Article
from ops.importing.dates import parse_date
from ops.importing.gathered import Gathered
from ops.importing.ghost.belonging import Belonging
from ops.importing.ghost.rows import Row
from ops.importing.identity import known_as
from ops.importing.remarks import Refused
from ops.importing.shaping import EXCERPT_MAX, adapted_slug, cut_excerpt, fitting_tags, fitting_title, language_of

_PUBLIC, _AHEAD = "published", "scheduled"
_SITE_URL = "__GHOST_URL__"
"""Stands in bodies for the address of the site; what is left is an address within it."""


@dataclass(frozen=True, slots=True)
class Blog:
    key: str
    name: str
    zone: tzinfo
    language: str
    with_internal_tags: bool
    belonging: Belonging
    gathered: Gathered


def article_of(row: Row, blog: Blog) -> Article:
    """Raises Refused: it cannot be imported."""
    return _Post(row, blog).article()


class _Post:
    def __init__(self, row: Row, blog: Blog) -> None:
        self._row, self._blog = row, blog
        self._warnings: list[tuple[str, int | None]] = []

    def article(self) -> Article:
        slug = self._slug()
        number = self._text("id") or self._text("uuid")
        title = " ".join(self._text("title").split()) or self._untitled(slug)
        return Article(
            name=f"{self._blog.name}: {slug or number[:40]}",
            id=known_as(self._blog.key, "post", number),
            title=fitting_title(title, self._warn),
            body=self._body(),
            format="html",
            slug=slug or adapted_slug(title),
            earlier_slugs=(),
            authors=self._blog.belonging.authors(self._row),
            tags=self._tags(),
            category=(),
            language=language_of(self._text("locale"), self._blog.language, self._warn),
            excerpt=self._excerpt(),
            comments_allowed=True,
            published_at=self._date(),
            is_draft=self._is_draft(),
            is_archived=False,
            cover=self._text("feature_image").replace(_SITE_URL, ""),
            warnings=self._warnings,
        )

    def _slug(self) -> str:
        asked = self._text("slug")
        slug = adapted_slug(asked)
        if slug != asked.lower():
            self._warn(f"the slug {asked!r} was adapted to {slug!r}")
        return slug

    def _untitled(self, slug: str) -> str:
        title = slug.replace("-", " ").capitalize() or "Untitled"
        self._warn(f"no title; taken as {title!r}")
        return title

    def _body(self) -> str:
        """What Ghost itself made of its editors' formats."""
        html = self._text("html")
        if not html and (self._text("lexical") or self._text("mobiledoc")) and self._text("status") == _PUBLIC:
            raise Refused("has no html, only what Ghost's editor keeps; open and save it there, and export again")
        return html.replace(f"{_SITE_URL}/", "/").replace(_SITE_URL, "/")

    def _tags(self) -> tuple[str, ...]:
        blog = self._blog
        if not blog.with_internal_tags and blog.belonging.has_internal(self._row):
            blog.gathered.left_out["posts without their internal tags (--internal-tags takes them along)"] += 1
        return fitting_tags(blog.belonging.tags(self._row, with_internal=blog.with_internal_tags), self._warn)

    def _excerpt(self) -> str | None:
        text = " ".join(self._text("custom_excerpt").split())
        if len(text) > EXCERPT_MAX:
            self._warn(f"the excerpt was cut from {len(text)} to {EXCERPT_MAX} characters")
        return cut_excerpt(text) or None

    def _date(self) -> datetime | None:
        text = self._text("published_at")
        try:
            return parse_date(text, self._blog.zone) if text else None
        except ValueError as problem:
            raise Refused(str(problem)) from None

    def _is_draft(self) -> bool:
        """What was not for everybody must not be so here."""
        status, visibility = self._text("status"), self._text("visibility") or "public"
        if status in {_PUBLIC, _AHEAD} and visibility == "public":
            return False
        if status in {_PUBLIC, _AHEAD, "sent"}:
            self._warn(f"was for {visibility} readers alone: kept as a draft" if visibility != "public" else _SENT)
        return True

    def _text(self, field: str) -> str:
        value = self._row.get(field)
        return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""

    def _warn(self, what: str) -> None:
        self._warnings.append((what, None))


_SENT = "was sent by mail and not on the site: kept as a draft"
