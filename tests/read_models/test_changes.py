"""Changes: the last word on each post and comment that was ever public, and its place in the log."""

from typing import Any
from uuid import UUID

from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain.comments import events as c
from domain.event import Event
from domain.posts import events as e
from read_models.changes import MODEL
from tests.domain.comments.thread import HIDDEN as FLAGGED_THRICE
from tests.domain.comments.thread import flagged
from tests.domain.histories import DRAFTED, PUBLISHED, WRITTEN
from tests.domain.scenario import ANA, BEN, COMMENT, POST
from tests.read_models.history import delivered

REVISED = e.PostRevised(post=POST, owner=ANA, changed=("title",), title="Another")
RETAGGED, SLUG = e.PostRetagged(post=POST, tags=("Sea",)), e.SlugChanged(post=POST, slug="another")
UNPUBLISHED, ARCHIVED, DELETED = (kind(post=POST) for kind in (e.PostUnpublished, e.PostArchived, e.PostDeleted))
RESTORED = e.PostRestored(post=POST)
EDITED = c.CommentEdited(comment=COMMENT, post=POST, author=BEN, body="Better.")
APPROVED, REJECTED, REMOVED = (
    kind(comment=COMMENT, post=POST) for kind in (c.CommentApproved, c.CommentRejected, c.CommentDeleted)
)


def said(*events: Event) -> list[tuple[int, str]]:
    """(place in the history, kind), in order."""
    tables = delivered(MODEL, *events)
    rows: set[Any] = set().union(*tables.derived.values())
    return sorted((sequence, kind) for _, sequence, kind, *_ in rows)


def test_nothing_is_said_of_what_was_never_public() -> None:
    assert said(DRAFTED, REVISED, RETAGGED, SLUG, ARCHIVED, RESTORED, DELETED) == []


def test_a_public_post_has_appeared_and_was_changed_last() -> None:
    assert said(DRAFTED, PUBLISHED) == [(2, "post.published")]
    for change in (REVISED, RETAGGED, SLUG, PUBLISHED):
        assert said(DRAFTED, PUBLISHED, REVISED, change) == [(2, "post.published"), (4, "post.changed")]


def test_what_was_withdrawn_is_said_once_and_for_good() -> None:
    for withdrawing in (UNPUBLISHED, ARCHIVED, DELETED):
        assert said(DRAFTED, PUBLISHED, REVISED, withdrawing, REVISED, DELETED) == [(4, "post.withdrawn")]
    assert said(DRAFTED, PUBLISHED, UNPUBLISHED, REVISED, PUBLISHED) == [(5, "post.published")]


def test_a_comment_is_heard_of_while_everybody_sees_it() -> None:
    assert said(WRITTEN) == [(1, "comment.published")]
    assert said(WRITTEN, EDITED) == [(1, "comment.published"), (2, "comment.changed")]
    for hiding in (REJECTED, REMOVED):
        assert said(WRITTEN, hiding, EDITED) == [(2, "comment.withdrawn")]
    assert said(WRITTEN, REJECTED, EDITED, APPROVED) == [(4, "comment.published")]


def test_a_flag_is_heard_of_when_it_hides() -> None:
    assert said(WRITTEN, flagged(1), APPROVED) == [(1, "comment.published")]
    assert said(WRITTEN, *FLAGGED_THRICE) == [(1 + len(FLAGGED_THRICE), "comment.withdrawn")]


_OF_A_POST = st.sampled_from((PUBLISHED, REVISED, RETAGGED, SLUG, UNPUBLISHED, ARCHIVED, RESTORED))


@settings(max_examples=100, deadline=None)
@for_any(st.lists(_OF_A_POST, max_size=8), st.integers(0, 8))
def test_who_hears_the_last_words_after_any_place_knows_what_is_public(history: list[Event], cut: int) -> None:
    known = _known({}, said(DRAFTED, *history[:cut]))
    missed = [each for each in said(DRAFTED, *history) if each[0] > 1 + len(history[:cut])]
    assert _known(known, missed) == _known({}, said(DRAFTED, *history))


def _known(before: dict[UUID, bool], heard: list[tuple[int, str]]) -> dict[UUID, bool]:
    """Whether the post is public, for who heard this. One that was never heard of is not."""
    after = dict(before)
    for _, kind in heard:
        after[POST] = kind != "post.withdrawn"
    return {post: True for post, is_public in after.items() if is_public}
