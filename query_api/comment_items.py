"""Comments as answers show them, with the gaps between them."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import asyncpg

from domain.comments.place import LEVEL, comment_at, levels
from query_api.authors_sql import FORMER_AUTHOR
from query_api.viewers import Viewer

GONE = "gone"
COLUMNS = f"""
    c.comment::text AS id, c.version, c.place, c.parent::text AS parent, c.depth, c.status, c.flags,
    c.written_at, c.edited_at, c.html, c.body, c.author, a.handles[cardinality(a.handles)] AS handle,
    CASE WHEN a.is_closed THEN '{FORMER_AUTHOR}' ELSE a.name END AS name
"""
"""Of `c`, a row of comments, and `a`, its author's row."""
NOT_ERASED = "a.is_erased IS NOT TRUE"
"""Whether the text of `c` was not erased with its author's account: nobody sees it any more."""


def thread(rows: Iterable["asyncpg.Record"], viewer: Viewer | None, after: str) -> Iterator[dict[str, Any]]:
    """The rows in the order of their places, and what they answer that is not to be seen.

    Args:
        rows: by place.
        viewer: who reads.
        after: the place that the page before ended with; all that it answers was shown there.
    """
    last = after
    for row in rows:
        *above, place = levels(row["place"])
        for level in above:
            if not last.startswith(level):
                yield _gap(level)
                last = level
        yield item(row, viewer) if row["is_readable"] else _gap(place)
        last = place


def item(row: "asyncpg.Record", viewer: Viewer | None) -> dict[str, Any]:
    found = {
        "id": row["id"],
        "parent": row["parent"],
        "depth": row["depth"],
        "status": row["status"],
        "version": row["version"],
        "author": {"id": str(row["author"]), "handle": row["handle"], "name": row["name"]},
        "html": row["html"],
        "written_at": row["written_at"],
        "edited_at": row["edited_at"],
    }
    if viewer is not None and viewer.account == row["author"]:
        found["body"] = row["body"]
    if viewer is not None and viewer.is_editor:
        found["flags"] = row["flags"]
    return found


def _gap(place: str) -> dict[str, Any]:
    """What was there before it was deleted or hidden: nothing of it is told, but that there are answers to it."""
    return {
        "id": str(comment_at(place)),
        "parent": _id_of(place[:-LEVEL]),
        "depth": len(place) // LEVEL,
        "status": GONE,
        "version": None,
        "author": None,
        "html": None,
        "written_at": None,
        "edited_at": None,
    }


def _id_of(place: str) -> str | None:
    found: UUID | None = comment_at(place) if place else None
    return None if found is None else str(found)
