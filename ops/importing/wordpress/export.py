"""Reads a WordPress export (WXR) item by item."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from domain.language import Language
from ops.importing.article import Article, Manner
from ops.importing.category import Level
from ops.importing.category_list import paths_of
from ops.importing.gathered import Gathered
from ops.importing.remarks import Refused
from ops.importing.stream import ExportStream, copied
from ops.importing.wordpress import texts
from ops.importing.wordpress.comments import Commenters
from ops.importing.wordpress.elements import Element, elements
from ops.importing.wordpress.items import Site, article_of, shown_login

_MOST = 10_000
"""Categories, or authors, that are remembered."""
_MOST_ATTACHMENTS = 500_000
_LONGEST_NAME = 100
"""Of a category."""
_language: TypeAdapter[str] = TypeAdapter(Language)


def is_wordpress(head: bytes) -> bool:
    return b"<rss" in head and b"wordpress.org/export/" in head


def articles(stream: ExportStream, name: str, manner: Manner, gathered: Gathered) -> Iterator[Article]:
    """Posts and pages; what the channel says of authors and categories is gathered on the way.

    Raises:
        Unreadable: what follows cannot be read.
    """
    if not manner.attachments:
        yield from _articles(stream, name, _Channel(name, manner, gathered))
        return
    with copied(stream) as copy:  # what posts show of what lies beside them may stand behind them
        reader = _Channel(name, manner, gathered)
        reader.site.attachments = attachment_urls(ExportStream(copy, ""))
        copy.seek(0)
        yield from _articles(ExportStream(copy, ""), name, reader)


def attachment_urls(stream: ExportStream) -> dict[str, str]:
    """Where each attachment was to be found, by its number."""
    found: dict[str, str] = {}
    for element in elements(stream):
        if element.tag == "item" and element.of("wp:post_type") == "attachment" and len(found) < _MOST_ATTACHMENTS:
            found[element.of("wp:post_id")] = element.of("wp:attachment_url")
    return found


def _articles(stream: ExportStream, name: str, reader: "_Channel") -> Iterator[Article]:
    for element in elements(stream):
        if element.tag == "item":
            reader.begin_items()
            try:
                article = article_of(element, reader.site, name)
            except Refused as refused:
                reader.gathered.remarks.refused(
                    f"{name}: {texts.plain(element.of('title'))[:80] or 'an item'}", refused.reason
                )
            else:
                if article:
                    yield article
        else:
            reader.note(element)


class _Channel:
    def __init__(self, name: str, manner: Manner, gathered: Gathered) -> None:
        self._manner, self.gathered = manner, gathered
        self._levels: dict[str, tuple[Level, str]] = {}
        key = f"wordpress:{manner.source or name}"
        self.site = Site(key, manner.zone, manner.language, gathered.left_out, Commenters(key))

    def note(self, element: Element) -> None:
        match element.tag:
            case "wp:base_site_url" | "wp:base_blog_url":
                self._note_address(element.text.strip())
            case "language":
                self.site.language = self._language(element.text.strip())
            case "wp:author":
                self._note_author(element)
            case "wp:category":
                self._note_category(element)
            case _:
                pass

    def _note_address(self, url: str) -> None:
        self.gathered.hosts.add(urlsplit(url).netloc.lower())
        if not self._manner.source:
            self.site.key = self.site.commenters.site = f"wordpress:{url}"

    def _note_author(self, author: Element) -> None:
        login = author.of("wp:author_login")
        name = " ".join(author.of("wp:author_display_name").split())
        if len(self.site.called) >= _MOST:
            return
        called = shown_login(login)
        self.site.called[login] = called
        self.site.numbers[author.of("wp:author_id")] = called
        if name and "@" not in name:
            self.gathered.names[called] = name

    def _note_category(self, category: Element) -> None:
        slug = texts.slug_of(category.of("wp:category_nicename"))
        name = texts.plain(category.of("wp:cat_name")) or slug
        if len(self._levels) < _MOST:
            self._levels[slug] = (
                Level(name[:_LONGEST_NAME].strip(), slug),
                texts.slug_of(category.of("wp:category_parent")),
            )

    def begin_items(self) -> None:
        """Categories stand before what is sorted into them."""
        if len(self.site.categories) != len(self._levels):
            self.site.categories = paths_of(self._levels)
            self.gathered.categories.update(self.site.categories)

    def _language(self, text: str) -> str:
        try:
            return str(_language.validate_python(text)) if text else self._manner.language
        except ValidationError:
            return self._manner.language
