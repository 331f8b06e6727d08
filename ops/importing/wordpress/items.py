"""One item of an export: a post or a page as an article."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from ops.importing.article import Article
from ops.importing.category import Path, chosen, path_of, within_depth
from ops.importing.dates import parse_date
from ops.importing.identity import known_as
from ops.importing.remarks import Refused
from ops.importing.shaping import EXCERPT_MAX, adapted_slug, cut_excerpt, fitting_tags, fitting_title
from ops.importing.wordpress import texts
from ops.importing.wordpress.comments import Commenters, Thread
from ops.importing.wordpress.elements import MAX_ELEMENT_BYTES, Element

_POSTS = {"post", "page"}
_LEFT_OUT = {
    "attachment": "attachments: taken along where posts show them and their bytes lie beside the export",
    "revision": "earlier revisions",
    "nav_menu_item": "menu entries",
}
_GONE = {"trash", "auto-draft", "inherit"}
_NOT_PUBLIC = {"private": "was private", "pending": "waited for approval"}
_NO_DATE = "0000"


@dataclass(slots=True)
class Site:
    """What the channel says before its items."""

    key: str
    """Tells sites apart whose items have the same numbers."""
    zone: tzinfo
    language: str
    left_out: Counter[str]
    commenters: Commenters
    called: dict[str, str] = field(default_factory=dict)
    """What authors are called here, by login."""
    numbers: dict[str, str] = field(default_factory=dict)
    """The same by the author's number."""
    categories: Mapping[str, Path] = field(default_factory=dict)
    attachments: Mapping[str, str] = field(default_factory=dict)
    """Addresses by number; none when there are no bytes that they could lead to."""


def article_of(item: Element, site: Site, name: str) -> Article | None:
    """None: it is no post, or gone; the site's `left_out` says what.

    Raises:
        Refused: it cannot be imported.
    """
    if item.is_too_large:
        raise Refused(f"larger than {MAX_ELEMENT_BYTES >> 20} MiB with its comments; a body is at most 1 MiB")
    kind, status = item.of("wp:post_type"), item.of("wp:status")
    if kind not in _POSTS:
        site.left_out[_LEFT_OUT.get(kind, f"items of the type {_word(kind)}")] += 1
        return None
    if status in _GONE:
        site.left_out["posts in the bin"] += 1
        return None
    return _Post(item, site, f"{name}: {kind} {_word(item.of('wp:post_id'))}").article()


class _Post:
    def __init__(self, item: Element, site: Site, name: str) -> None:
        self._item, self._site, self._name = item, site, name
        self._warnings: list[tuple[str, int | None]] = []

    def article(self) -> Article:
        category, tags = self._sorted_in()
        slug = self._slug()
        title = texts.plain(self._item.of("title")) or self._untitled(slug)
        comments = Thread(self._site.commenters, self._site.numbers, self._site.left_out).read(self._item)
        return Article(
            name=self._name,
            id=known_as(self._site.key, "post", self._item.of("wp:post_id")),
            title=fitting_title(title, self._warn),
            body=self._body(),
            format="html",
            slug=slug or adapted_slug(title),
            earlier_slugs=self._earlier(slug),
            authors=self._authors(),
            tags=tags,
            category=category,
            language=self._site.language,
            excerpt=self._excerpt(),
            comments_allowed=self._item.of("wp:comment_status") != "closed",
            published_at=self._date(),
            is_draft=self._is_draft(),
            is_archived=False,
            warnings=self._warnings,
            comments=comments,
            cover=self._site.attachments.get(self._meta("_thumbnail_id"), ""),
        )

    def _slug(self) -> str:
        asked = texts.slug_of(self._item.of("wp:post_name"))
        slug = adapted_slug(asked)
        if slug != asked.lower():
            self._warn(f"the slug {asked!r} was adapted to {slug!r}")
        return slug

    def _earlier(self, slug: str) -> tuple[str, ...]:
        """Addresses that lead to the post still."""
        metas = ((meta.of("wp:meta_key"), meta.of("wp:meta_value")) for meta in self._item.all("wp:postmeta"))
        old = (adapted_slug(texts.slug_of(value)) for key, value in metas if key == "_wp_old_slug")
        return tuple(dict.fromkeys(one for one in old if one and one != slug))

    def _meta(self, wanted: str) -> str:
        metas = self._item.all("wp:postmeta")
        return next((meta.of("wp:meta_value") for meta in metas if meta.of("wp:meta_key") == wanted), "")

    def _untitled(self, slug: str) -> str:
        title = slug.replace("-", " ").capitalize() or "Untitled"
        self._warn(f"no title; taken as {title!r}")
        return title

    def _body(self) -> str:
        body = texts.body_of(self._item.of("content:encoded"))
        if texts.has_shortcode(body):
            self._site.left_out["posts with shortcodes, which stay as they are written"] += 1
        return body

    def _excerpt(self) -> str | None:
        text = texts.plain(self._item.of("excerpt:encoded"))
        if len(text) > EXCERPT_MAX:
            self._warn(f"the excerpt was cut from {len(text)} to {EXCERPT_MAX} characters")
        return cut_excerpt(text) or None

    def _authors(self) -> tuple[str, ...]:
        login = self._item.of("dc:creator")
        return (self._site.called.get(login) or shown_login(login),) if login else ()

    def _sorted_in(self) -> tuple[Path, tuple[str, ...]]:
        named = self._item.all("category")
        paths = [self._path(one) for one in named if one.attributes.get("domain") == "category"]
        category, others = chosen([path for path in paths if path])
        tags = [texts.plain(one.text) for one in named if one.attributes.get("domain") == "post_tag"]
        if others:
            self._warn(f"a post has one category, {category[-1].name}; the others are tags: {', '.join(others)}")
        return within_depth(category), fitting_tags([*tags, *others], self._warn)

    def _path(self, named: Element) -> Path:
        nicename = texts.slug_of(named.attributes.get("nicename", ""))
        return self._site.categories.get(nicename) or path_of(texts.plain(named.text).replace("/", " "))

    def _date(self) -> datetime | None:
        greenwich, local = self._item.of("wp:post_date_gmt"), self._item.of("wp:post_date")
        text, zone = (greenwich, UTC) if greenwich and not greenwich.startswith(_NO_DATE) else (local, self._site.zone)
        if not text or text.startswith(_NO_DATE):
            return None
        try:
            return parse_date(text, zone)
        except ValueError as problem:
            raise Refused(str(problem)) from None

    def _is_draft(self) -> bool:
        """What was not for everybody must not be so here."""
        status = self._item.of("wp:status")
        why = "had a password" if self._item.of("wp:post_password") else _NOT_PUBLIC.get(status)
        if why:
            self._warn(f"{why}: kept as a draft")
        return bool(why) or status not in {"publish", "future"}

    def _warn(self, what: str) -> None:
        self._warnings.append((what, None))


def shown_login(login: str) -> str:
    """A login may be an address, which is nobody's business: what stands before the @."""
    return login.partition("@")[0] or "author"


def _word(text: str) -> str:
    return re.sub(r"[^\w-]", "", text)[:40]
