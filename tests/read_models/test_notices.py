"""What each account is told of."""

from typing import Any
from uuid import UUID

from domain.comments import events as e
from domain.event import Event
from domain.follows.events import AccountFollowed, AccountUnfollowed
from read_models.notices import MODEL
from tests.domain.comments.thread import HIDDEN as FLAGGED_THRICE
from tests.domain.comments.thread import flagged
from tests.domain.histories import WRITTEN, written
from tests.domain.scenario import ANA, BEN, COMMENT, COMMENT_ABOVE, NOW, POST
from tests.read_models.history import START, delivered

EVE = UUID(int=0xF)
APPROVED, REJECTED, DELETED = (
    kind(comment=COMMENT, post=POST) for kind in (e.CommentApproved, e.CommentRejected, e.CommentDeleted)
)


def told(*events: Event) -> set[tuple[UUID, str]]:
    """Of the comment: whom, and of what kind."""
    derived: set[Any] = delivered(MODEL, *events).derived["notices_of_comments"]
    return {(account, kind) for account, _, comment, kind in derived if comment == COMMENT}


def test_the_authors_of_a_post_are_told_of_comments_but_their_own() -> None:
    assert told(WRITTEN) == {(ANA, "comment")}
    assert told(written(author=ANA)) == set()
    assert told(written(author=ANA, post_authors=(ANA, EVE))) == {(EVE, "comment")}


def test_who_is_answered_is_told_once_and_not_of_answers_of_their_own() -> None:
    above = written(COMMENT_ABOVE, author=EVE)
    assert told(above, written(below=above)) == {(EVE, "reply"), (ANA, "comment")}
    of_ana = written(COMMENT_ABOVE, author=ANA)
    assert told(of_ana, written(below=of_ana)) == {(ANA, "reply")}
    of_ben = written(COMMENT_ABOVE)
    assert told(of_ben, written(below=of_ben)) == {(ANA, "comment")}


def test_what_was_brought_in_with_a_date_is_no_news() -> None:
    above = written(COMMENT_ABOVE, author=EVE)
    assert told(above, written(below=above, written_at=NOW)) == set()


def test_a_hidden_comment_is_told_to_its_author_alone_until_it_is_shown_again() -> None:
    assert told(WRITTEN, flagged(1)) == {(ANA, "comment")}
    for hiding in (FLAGGED_THRICE, (REJECTED,)):
        assert told(WRITTEN, *hiding) == {(BEN, "moderation")}
        assert told(WRITTEN, *hiding, APPROVED) == {(BEN, "moderation"), (ANA, "comment")}
    assert told(WRITTEN, flagged(1), APPROVED) == {(ANA, "comment")}
    assert told(WRITTEN, REJECTED, DELETED) == set()


def test_a_follower_is_told_of_at_the_first_time_for_as_long_as_they_follow() -> None:
    followed = AccountFollowed(follower=BEN, followee=ANA, place=1)
    left = AccountUnfollowed(follower=BEN, followee=ANA)
    [notice] = delivered(MODEL, followed).derived["notices_of_follows"]
    assert notice[::2] == (ANA, BEN)
    assert notice[1] > START
    assert delivered(MODEL, followed, left, followed).derived["notices_of_follows"] == {notice}
    assert not delivered(MODEL, followed, left).derived["notices_of_follows"]
