"""Reads a Ghost export twice: who and what belongs where, then post by post."""

from collections.abc import Iterator

from ops.importing.article import Article, Manner
from ops.importing.gathered import Gathered
from ops.importing.ghost.belonging import Belonging
from ops.importing.ghost.posts import Blog, article_of
from ops.importing.ghost.rows import MAX_ROW_BYTES, rows
from ops.importing.remarks import Refused
from ops.importing.stream import ExportStream, copied


def is_ghost(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return text.startswith(b"{") and (b'"db"' in text or b'"data"' in text)


def articles(stream: ExportStream, name: str, manner: Manner, gathered: Gathered) -> Iterator[Article]:
    """Posts and pages.

    Raises:
        Unreadable: what follows cannot be read.
    """
    with copied(stream) as copy:
        belonging = Belonging.read(ExportStream(copy, ""))
        gathered.names.update(belonging.names)
        copy.seek(0)
        key = f"ghost:{manner.source or 'site'}"
        blog = Blog(key, name, manner.zone, manner.language, manner.with_internal_tags, belonging, gathered)
        for _, row in rows(ExportStream(copy, ""), frozenset({"posts"})):
            if row is None:
                gathered.remarks.refused(
                    f"{name}: a post", f"larger than {MAX_ROW_BYTES >> 20} MiB; a body has at most 1"
                )
                continue
            try:
                article = article_of(row, blog)
            except Refused as refused:
                gathered.remarks.refused(f"{name}: {str(row.get('title'))[:80]}", refused.reason)
            else:
                yield article
