"""Files as windows of articles: enough to keep the door busy, little enough to hold."""

from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

from ops.importing.article import Article, Manner, NotAPost, read_article, same_name
from ops.importing.author_list import FILE as AUTHOR_LIST
from ops.importing.category_list import FILE as CATEGORY_LIST
from ops.importing.remarks import Refused, Remarks
from ops.importing.sources import SourceFile, Unreadable

_MOST_ARTICLES, _MOST_BYTES = 100, 2 << 20


class Reader:
    """Reads articles, remarks on the others, and keeps names apart within a source."""

    def __init__(self, manner: Manner, remarks: Remarks) -> None:
        self._manner, self._remarks = manner, remarks
        self._ids: dict[UUID, str] = {}
        self._slugs: set[str] = set()
        self.ignored: Counter[str] = Counter()
        self.refused = 0

    def windows(self, files: Iterable[SourceFile]) -> Iterator[list[Article]]:
        window: list[Article] = []
        size_bytes = 0
        for article in self._articles(files):
            window.append(article)
            size_bytes += len(article.body)
            if len(window) >= _MOST_ARTICLES or size_bytes >= _MOST_BYTES:
                yield window
                window, size_bytes = [], 0
        if window:
            yield window

    def _articles(self, files: Iterable[SourceFile]) -> Iterator[Article]:
        for file in self._readable(files):
            if file.name.endswith((AUTHOR_LIST, CATEGORY_LIST)):
                continue
            try:
                article = read_article(file, self._manner)
            except NotAPost as other:
                self._remarks.skipped(file.name, str(other))
            except Refused as refused:
                self.refused += 1
                self._remarks.refused(file.name, refused.reason, refused.line)
            else:
                yield self._apart(article)

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
            self.refused += 1
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
