"""Likes: only of published posts, and once however often it is asked for."""

from itertools import cycle
from typing import Any

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.command import Guard
from domain.event import Event
from domain.likes.events import PostLiked, PostUnliked
from domain.likes.like import Like
from domain.likes.like_post import LikePost
from domain.likes.unlike_post import UnlikePost
from domain.posts.events import PostArchived, PostDeleted, PostUnpublished
from domain.posts.post import Post
from domain.posts.refusals import NoSuchPost, PostNotPublished
from domain.rights import NotYourAccount, SignInRequired
from tests.domain.histories import DRAFTED, PUBLISHED
from tests.domain.scenario import ADMIN, ANA, ANA_WRITES, ANONYMOUS, BEN, BEN_WRITES, POST, SYSTEM, Beside, fold, given

LIKE, UNLIKE = LikePost(post=POST, account=ANA), UnlikePost(post=POST, account=ANA)
LIKED, UNLIKED = PostLiked(post=POST, account=ANA), PostUnliked(post=POST, account=ANA)


def beside(*history: Event) -> dict[str, Any]:
    return {f"post-{POST}": Beside(fold(Post, history), len(history))}


IS_PUBLIC = beside(DRAFTED, PUBLISHED)


def test_a_published_post_is_liked_as_long_as_it_is_published() -> None:
    decision = given().knowing(others=IS_PUBLIC).when(LIKE, ANA_WRITES)
    assert decision.events == (LIKED,)
    assert decision.guards == (Guard(f"post-{POST}", 2),)


def test_only_published_posts_are_liked() -> None:
    for history in ((), (DRAFTED, PUBLISHED, PostDeleted(post=POST))):
        given().knowing(others=beside(*history)).refuses(LIKE, ANA_WRITES, NoSuchPost)
    for hidden in (PostUnpublished(post=POST), PostArchived(post=POST)):
        at = given().knowing(others=beside(DRAFTED, PUBLISHED, hidden))
        at.refuses(LIKE, ANA_WRITES, PostNotPublished)
        at.refuses(LikePost(post=POST, account=BEN), BEN_WRITES, NoSuchPost)


def test_liking_twice_is_one_event() -> None:
    assert given(LIKED).knowing(others=IS_PUBLIC).when(LIKE, ANA_WRITES).events == ()
    assert given(LIKED, UNLIKED).knowing(others=IS_PUBLIC).when(LIKE, ANA_WRITES).events == (LIKED,)


def test_a_like_is_taken_back_once_whatever_became_of_the_post() -> None:
    assert given(LIKED).when(UNLIKE, ANA_WRITES).events == (UNLIKED,)
    assert given(LIKED, UNLIKED).when(UNLIKE, ANA_WRITES).events == ()
    assert given().when(UNLIKE, ANA_WRITES).events == ()


def test_everybody_likes_for_themselves() -> None:
    for command in (LIKE, UNLIKE):
        at = given(LIKED).knowing(others=IS_PUBLIC)
        for other in (BEN_WRITES, ADMIN):
            at.refuses(command, other, NotYourAccount)
        at.refuses(command, ANONYMOUS, SignInRequired)
    assert given(LIKED).when(UNLIKE, SYSTEM).events == (UNLIKED,)


def test_a_like_and_its_post_share_their_order() -> None:
    assert LIKE.partition_key == UNLIKE.partition_key == str(POST)
    assert LIKE.stream == f"like-{POST}-{ANA}"


@for_any(asked=st.lists(st.booleans(), max_size=20))
def test_likes_and_their_ends_alternate_and_the_last_wish_holds(asked: list[bool]) -> None:
    history: tuple[Event, ...] = ()
    for is_wanted in asked:
        at = given(*history).knowing(others=IS_PUBLIC)
        history += at.when(LIKE if is_wanted else UNLIKE, ANA_WRITES).events
        state = fold(Like, history)
        assert (state is not None and state.is_liked) is is_wanted
    assert all(event == expected for event, expected in zip(history, cycle([LIKED, UNLIKED]), strict=False))
