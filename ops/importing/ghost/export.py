"""Reads a Ghost export twice: who and what belongs where, then post by post."""

import tempfile
from collections.abc import Iterator
from typing import IO

from ops.importing.article import Article, Manner
from ops.importing.gathered import Gathered
from ops.importing.ghost.belonging import Belonging
from ops.importing.ghost.posts import Blog, article_of
from ops.importing.ghost.rows import MAX_ROW_BYTES, rows
from ops.importing.remarks import Refused
from ops.importing.stream import ExportStream

_IN_MEMORY_BYTES = 4 << 20


def is_ghost(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return text.startswith(b"{") and (b'"db"' in text or b'"data"' in text)


def articles(stream: ExportStream, name: str, manner: Manner, gathered: Gathered) -> Iterator[Article]:
    """Posts and pages.

    Raises:
        Unreadable: what follows cannot be read.
    """
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as copy:
        _copy(stream, copy)
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


def _copy(stream: ExportStream, copy: IO[bytes]) -> None:
    """An archive is read in one go, and this has to be read twice."""
    while piece := stream.read():
        copy.write(piece)
        stream.settle()
    copy.seek(0)
