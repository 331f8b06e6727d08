"""What counts of published posts are made from: a field or two of each post, and whether it is published."""

from collections.abc import Callable
from typing import Any

from domain.posts import events as e
from engine.log.records import Recorded
from engine.projection.contract import Memo

EVENTS = (
    e.PostDrafted,
    e.PostRevised,
    e.PostPublished,
    e.PostUnpublished,
    e.PostArchived,
    e.PostRestored,
    e.PostDeleted,
)


def fold_of(row_type: type[Any], *fields: str) -> Callable[[Any, Recorded, Memo], Any]:
    """A fold of EVENTS to rows of `post`, `is_published` and the fields, which posts and revisions call the same."""

    def fold(row: Any, recorded: Recorded, _memo: Memo) -> Any:
        event = recorded.event
        if isinstance(event, e.PostDrafted):
            return row_type(post=event.post, is_published=False, **{each: getattr(event, each) for each in fields})
        if row is None or isinstance(event, e.PostDeleted):
            return None
        if isinstance(event, e.PostRevised):
            return row._replace(**{each: event.new(each, getattr(row, each)) for each in fields})
        return row._replace(is_published=isinstance(event, e.PostPublished))

    return fold
