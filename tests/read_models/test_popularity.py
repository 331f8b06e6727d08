"""How many like a post, and say something about it."""

from typing import Any
from uuid import UUID

from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain.comments import events as c
from domain.comments.comment import Comment
from domain.event import Event
from domain.likes.events import PostLiked, PostUnliked
from domain.posts import events as e
from ops.generating.history import History, Mix
from read_models.popularity import MODEL, Popular
from tests.domain.histories import DRAFTED, PUBLISHED
from tests.domain.scenario import ANA, BEN, POST
from tests.read_models.history import delivered

ONE, TWO = UUID(int=0xC1), UUID(int=0xC2)
LIKED = PostLiked(post=POST, account=ANA)


def written(comment: UUID) -> c.CommentWritten:
    return c.CommentWritten(comment=comment, post=POST, author=ANA, parent=None, depth=1, place="0", body="A word.")


def flagged(comment: UUID, *, is_hidden: bool) -> c.CommentFlagged:
    return c.CommentFlagged(comment=comment, post=POST, by=BEN, is_hidden=is_hidden)


def row(*events: Event) -> Popular:
    [found] = delivered(MODEL, DRAFTED, PUBLISHED, *events).rows["popularity"].values()
    assert isinstance(found, Popular)
    return found


def comments(*events: Event) -> int:
    return row(written(ONE), written(TWO), *events).comments


def test_likes_go_up_and_down() -> None:
    other = PostLiked(post=POST, account=BEN)
    assert row(LIKED, other).likes == 2
    assert row(LIKED, other, PostUnliked(post=POST, account=ANA)).likes == 1


def test_comments_count_as_long_as_everybody_sees_them() -> None:
    rejected, approved = c.CommentRejected(comment=ONE, post=POST), c.CommentApproved(comment=ONE, post=POST)
    deleted, hidden = c.CommentDeleted(comment=ONE, post=POST), flagged(ONE, is_hidden=True)
    assert comments() == comments(flagged(ONE, is_hidden=False), approved) == 2
    for away in (rejected, hidden, deleted):
        assert comments(away) == 1
    assert comments(hidden, rejected) == comments(rejected, deleted) == comments(hidden, deleted) == 1
    assert comments(hidden, approved) == comments(rejected, approved, flagged(ONE, is_hidden=False)) == 2
    assert row(written(ONE), hidden, deleted).unseen == ""


def test_a_post_is_sorted_by_its_counts_while_it_is_published() -> None:
    found = delivered(MODEL, DRAFTED, PUBLISHED, LIKED, written(ONE), written(TWO))
    assert {(facet, likes) for facet, likes, *_ in found.derived["posts_by_likes"]} == {
        ("published", 1),
        ("published/tag/news", 1),
        ("published/language/en", 1),
        (f"published/author/{ANA.hex}", 1),
    }
    assert {count for _, count, *_ in found.derived["posts_by_comments"]} == {2}
    for away in (e.PostUnpublished(post=POST), e.PostArchived(post=POST), e.PostDeleted(post=POST)):
        assert not delivered(MODEL, DRAFTED, PUBLISHED, LIKED, away).derived["posts_by_likes"]
    again = delivered(MODEL, DRAFTED, PUBLISHED, LIKED, e.PostUnpublished(post=POST), PUBLISHED)
    assert {count for _, count, *_ in again.derived["posts_by_likes"]} == {1}


@for_any(seed=st.integers(1, 10_000))
@settings(deadline=None, max_examples=10)
def test_counts_of_any_history_are_those_of_its_likes_and_shown_comments(seed: int) -> None:
    mix = Mix(drafted=2, commented=30, flagged=25, moderated=20, uncommented=8, liked=20, unliked=15, deleted=1)
    steps = History(seed, authors=2, readers=5, mix=mix).steps()
    events = [next(steps).event for _ in range(250)]
    found = delivered(MODEL, *events).rows["popularity"]
    assert {post: (each.likes, each.comments) for (post,), each in found.items()} == counted(events, found)


def counted(events: list[Event], posts: Any) -> dict[UUID, tuple[int, int]]:
    """The same, slowly: from the states of all likes and comments."""
    likes, said = set[tuple[UUID, UUID]](), dict[UUID, Comment]()
    for event in events:
        if isinstance(event, PostLiked):
            likes.add((event.post, event.account))
        elif isinstance(event, PostUnliked):
            likes.remove((event.post, event.account))
        elif isinstance(event, c.CommentEvent):
            said[event.comment] = Comment.evolve(said.get(event.comment), event)  # type: ignore[arg-type] # of the union
    return {
        post: (
            sum(liked == post for liked, _ in likes),
            sum(each.post == post and each.is_shown for each in said.values()),
        )
        for (post,) in posts
    }
