"""What counts of published posts are made from: one field of each post, and whether it is published."""

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


def fold_of(row_type: type[Any], field: str) -> Callable[[Any, Recorded, Memo], Any]:
    """A fold of EVENTS to rows of `post`, `is_published` and the field, which posts and revisions call the same."""

    def fold(row: Any, recorded: Recorded, _memo: Memo) -> Any:
        event = recorded.event
        if isinstance(event, e.PostDrafted):
            return row_type(post=event.post, is_published=False, **{field: getattr(event, field)})
        if row is None or isinstance(event, e.PostDeleted):
            return None
        if isinstance(event, e.PostRevised):
            return row._replace(**{field: event.new(field, getattr(row, field))})
        return row._replace(is_published=isinstance(event, e.PostPublished))

    return fold
