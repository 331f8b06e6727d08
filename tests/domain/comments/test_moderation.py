"""Flags, and what moderators make of them."""

import pytest

from domain.command import Actor
from domain.comments.approve_comment import ApproveComment
from domain.comments.events import CommentApproved, CommentDeleted, CommentFlagged, CommentRejected
from domain.comments.flag_comment import FlagComment
from domain.comments.refusals import EditorRoleRequired, NoSuchComment, OwnCommentFlagged
from domain.comments.reject_comment import RejectComment
from domain.posts.events import PostUnpublished
from domain.rights import SignInRequired
from tests.domain.comments.thread import CARA_WRITES, HIDDEN, below, flagged
from tests.domain.histories import DRAFTED, PUBLISHED, WRITTEN
from tests.domain.scenario import ADMIN, ANA, ANA_WRITES, ANONYMOUS, BEN_WRITES, COMMENT, EDITOR, POST, SYSTEM, given

FLAG, APPROVE, REJECT = (kind(comment=COMMENT, post=POST) for kind in (FlagComment, ApproveComment, RejectComment))
APPROVED, REJECTED = (kind(comment=COMMENT, post=POST) for kind in (CommentApproved, CommentRejected))
BY_ANA = CommentFlagged(comment=COMMENT, post=POST, by=ANA, is_hidden=False)


def test_the_third_person_to_flag_a_comment_hides_it() -> None:
    for before in range(4):
        [event] = given(WRITTEN, *(flagged(n) for n in range(before))).knowing(**below()).when(FLAG, ANA_WRITES).events
        assert event == BY_ANA.model_copy(update={"is_hidden": before >= 2})


def test_flagging_twice_is_one_event() -> None:
    assert given(WRITTEN, BY_ANA).knowing(**below()).when(FLAG, ANA_WRITES).events == ()


def test_flagging_what_is_hidden_already_changes_nothing() -> None:
    for hidden in (HIDDEN, (REJECTED,)):
        assert given(WRITTEN, *hidden).knowing(**below()).when(FLAG, ANA_WRITES).events == ()


def test_flags_are_of_others_who_are_signed_in_and_can_see_it() -> None:
    on_it = given(WRITTEN).knowing(**below())
    on_it.refuses(FLAG, BEN_WRITES, OwnCommentFlagged)
    on_it.refuses(FLAG, ANONYMOUS, SignInRequired)
    on_it.refuses(FLAG, SYSTEM, SignInRequired)
    unpublished = below(DRAFTED, PUBLISHED, PostUnpublished(post=POST))
    given(WRITTEN).knowing(**unpublished).refuses(FLAG, CARA_WRITES, NoSuchComment)


def test_an_approved_comment_is_shown_and_its_flags_are_forgotten() -> None:
    assert given(WRITTEN, *HIDDEN).when(APPROVE, EDITOR).events == (APPROVED,)
    assert given(WRITTEN, BY_ANA, APPROVED).knowing(**below()).when(FLAG, ANA_WRITES).events == (BY_ANA,)
    assert given(WRITTEN, REJECTED).when(APPROVE, ADMIN).events == (APPROVED,)


def test_there_is_nothing_to_approve_in_what_nobody_minded() -> None:
    assert given(WRITTEN).when(APPROVE, EDITOR).events == ()
    assert given(WRITTEN, BY_ANA, APPROVED).when(APPROVE, EDITOR).events == ()


def test_a_moderator_hides_a_comment_whatever_others_think() -> None:
    for history in ((WRITTEN,), (WRITTEN, *HIDDEN), (WRITTEN, APPROVED)):
        assert given(*history).when(REJECT, EDITOR).events == (REJECTED,)
    assert given(WRITTEN, REJECTED).when(REJECT, EDITOR).events == ()


@pytest.mark.parametrize("command", [APPROVE, REJECT])
@pytest.mark.parametrize("actor", [ANA_WRITES, BEN_WRITES])
def test_neither_the_posts_author_nor_the_comments_moderates(command: ApproveComment, actor: Actor) -> None:
    given(WRITTEN).refuses(command, actor, EditorRoleRequired)


def test_what_is_deleted_is_not_moderated() -> None:
    deleted = given(WRITTEN, CommentDeleted(comment=COMMENT, post=POST)).knowing(**below())
    for command in (FLAG, APPROVE, REJECT):
        deleted.refuses(command, EDITOR, NoSuchComment)
