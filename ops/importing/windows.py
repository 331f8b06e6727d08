"""Files as windows of articles: enough to keep the door busy, little enough to hold."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO
from uuid import UUID

from ops.importing.article import Article, Manner, NotAPost, read_article, same_name
from ops.importing.author_list import FILE as AUTHOR_LIST
from ops.importing.category_list import FILE as CATEGORY_LIST
from ops.importing.gathered import Gathered
from ops.importing.ghost.export import articles as ghost_articles
from ops.importing.ghost.export import is_ghost
from ops.importing.media_list import FILE as MEDIA_LIST
from ops.importing.remarks import Refused
from ops.importing.sources import SourceFile
from ops.importing.stream import ExportStream
from ops.importing.unreadable import Unreadable
from ops.importing.wordpress.export import articles as wordpress_articles
from ops.importing.wordpress.export import is_wordpress

_MOST_ARTICLES, _MOST_BYTES = 100, 2 << 20
_KINDS = ((is_wordpress, wordpress_articles), (is_ghost, ghost_articles))


class Reader:
    """Reads articles, remarks on the others, and keeps names apart within a source."""

    def __init__(self, manner: Manner, gathered: Gathered) -> None:
        self._manner, self._gathered, self._remarks = manner, gathered, gathered.remarks
        self._ids: dict[UUID, str] = {}
        self._slugs: set[str] = set()
        self.ignored: Counter[str] = Counter()

    def windows(self, files: Iterable[SourceFile]) -> Iterator[list[Article]]:
        window: list[Article] = []
        size_bytes = 0
        for article in self._articles(files):
            window.append(article)
            size_bytes += len(article.body) + sum(len(comment.body) for comment in article.comments)
            if len(window) >= _MOST_ARTICLES or size_bytes >= _MOST_BYTES:
                yield window
                window, size_bytes = [], 0
        if window:
            yield window

    def _articles(self, files: Iterable[SourceFile]) -> Iterator[Article]:
        for file in self._readable(files):
            if file.name.endswith((AUTHOR_LIST, CATEGORY_LIST, MEDIA_LIST)):
                continue
            if file.stream:
                yield from map(self._apart, self._exported(file.name, file.stream))
                continue
            try:
                article = read_article(file, self._manner)
            except NotAPost as other:
                self._remarks.skipped(file.name, str(other))
            except Refused as refused:
                self._remarks.refused(file.name, refused.reason, refused.line)
            else:
                yield self._apart(article)

    def _exported(self, name: str, content: IO[bytes]) -> Iterator[Article]:
        """The posts of one export. What cannot be read of it is refused; what came before is imported all the same."""
        try:
            stream = ExportStream(content, name)
            read = next((read for is_of, read in _KINDS if is_of(stream.head)), None)
            if read:
                yield from read(stream, name, self._manner, self._gathered)
            else:
                self._remarks.skipped(name, "no export of WordPress or Ghost")
        except Unreadable as broken:
            self._remarks.refused(name, str(broken))

    def _readable(self, files: Iterable[SourceFile]) -> Iterator[SourceFile]:
        """A source that breaks off half way: what came before is imported all the same."""
        is_begun = False
        try:
            for file in files:
                is_begun = True
                yield file
        except Unreadable as broken:
            if not is_begun:
                raise
            self._remarks.refused("the rest", str(broken))

    def _apart(self, article: Article) -> Article:
        """Two files may have one name, or one slug: the later is the one that gives way."""
        for what, line in article.warnings:
            self._remarks.warning(article.name, what, line)
        self.ignored.update(article.ignored)
        if article.id in self._ids:
            self._remarks.warning(
                article.name, f"has the same name as {self._ids[article.id]}; known by its whole path"
            )
            article.id = same_name(article, self._manner)
        self._ids[article.id] = article.name
        wanted, number = article.slug, 1
        while article.slug in self._slugs:
            number += 1
            article.slug = f"{wanted}-{number}"
        if article.slug != wanted:
            self._remarks.warning(article.name, f"the slug {wanted} is another file's; {article.slug} is taken")
        self._slugs.add(article.slug)
        return article
