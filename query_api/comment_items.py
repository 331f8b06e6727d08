"""Comments as answers show them, with the gaps between them."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from query_api.authors_sql import FORMER_AUTHOR
from query_api.viewers import Viewer
from read_models.places import LEVEL, comment_at, levels

GONE = "gone"
NOBODY = ("00000000-0000-0000-0000-000000000000", False)
NOT_ERASED = "a.is_erased IS NOT TRUE"
"""Whether the text of `c` was not erased with its author's account: nobody sees it any more."""


def item_sql(account: str, is_editor: str, *, is_source_public: bool = False) -> str:
    """JSON of `c`, a row of comments, and `a`, its author's: made by the database, as a thread may have a thousand.

    Args:
        account: the parameter that says who reads: they get what they wrote as they wrote it.
        is_editor: the parameter that says whether they moderate: then they see flags.
        is_source_public: whether all who read it get it as it was written.
    """
    is_given = f"(c.author = {account}::uuid OR {is_source_public})"
    # Put together as text: json_build_object takes more than twice as long, which a thousand comments feel.
    return f"""
        '{{"id":"' || c.comment || '","parent":' || coalesce('"' || c.parent || '"', 'null') || ',"depth":' || c.depth
        || ',"status":"' || c.status || '","version":' || c.version
        || ',"author":{{"id":"' || c.author || '","handle":' || {_json("a.handles[cardinality(a.handles)]")}
        || ',"name":' || {_json(f"CASE WHEN a.is_closed THEN '{FORMER_AUTHOR}' ELSE a.name END")}
        || '}},"html":' || {_json("c.html")}
        || ',"written_at":' || {_moment("c.written_at")} || ',"edited_at":' || {_moment("c.edited_at")}
        || CASE WHEN {is_given} THEN ',"body":' || {_json("c.body")} ELSE '' END
        || CASE WHEN {is_editor} THEN ',"flags":' || c.flags ELSE '' END || '}}'
    """


def reading(viewer: Viewer | None) -> tuple[Any, bool]:
    """The two parameters of `item_sql`."""
    return NOBODY if viewer is None else (viewer.account, viewer.is_editor)


def thread(places: Sequence[str], items: Sequence[str | None], after: str) -> Iterator[Any]:
    """What is to be seen in the order of the places, and where it answers what is not to be seen, the gaps.

    Args:
        places: in order.
        items: the JSON of what stands there; None: nothing that may be read.
        after: the place that the page before ended with; all that it answers was shown there.
    """
    last = after
    for place, item in zip(places, items, strict=True):
        if not last.startswith(place[:-LEVEL]):
            for level in levels(place)[:-1]:
                if not last.startswith(level):
                    yield _gap(level)
                    last = level
        yield _gap(place) if item is None else orjson.Fragment(item)
        last = place


def _gap(place: str) -> dict[str, Any]:
    """What was there before it was deleted or hidden: nothing of it is told, but that there are answers to it."""
    above = place[:-LEVEL]
    return {
        "id": str(comment_at(place)),
        "parent": str(comment_at(above)) if above else None,
        "depth": len(place) // LEVEL,
        "status": GONE,
        "version": None,
        "author": None,
        "html": None,
        "written_at": None,
        "edited_at": None,
    }


def _json(expression: str) -> str:
    return f"coalesce(to_json({expression})::text, 'null')"


def _moment(column: str) -> str:
    """As other doors write it: with a Z."""
    return f"""replace({_json(column)}, '+00:00"', 'Z"')"""
