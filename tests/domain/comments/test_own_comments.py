"""Editing and deleting."""

from uuid import UUID

import pytest

from domain.command import Actor, Guard
from domain.comments.delete_comment import DeleteComment
from domain.comments.edit_comment import EditComment
from domain.comments.events import CommentDeleted, CommentEdited
from domain.comments.refusals import NoSuchComment, NotYourComment
from domain.posts.events import PostDeleted
from domain.rights import SignInRequired
from tests.domain.comments.thread import CARA_WRITES, below
from tests.domain.histories import DRAFTED, WRITTEN
from tests.domain.scenario import ANA_WRITES, ANONYMOUS, BEN, BEN_WRITES, COMMENT, EDITOR, POST, SYSTEM, given

EDIT = EditComment(comment=COMMENT, post=POST, body="Put better.")
DELETE = DeleteComment(comment=COMMENT, post=POST)
DELETED = CommentDeleted(comment=COMMENT, post=POST)


def test_its_author_edits_a_comment() -> None:
    edited = CommentEdited(comment=COMMENT, post=POST, author=BEN, body="Put better.")
    assert given(WRITTEN).when(EDIT, BEN_WRITES).events == (edited,)
    assert given(WRITTEN, edited).when(EDIT, BEN_WRITES).events == ()


@pytest.mark.parametrize("actor", [ANA_WRITES, EDITOR, SYSTEM])
def test_nobody_else_puts_words_into_their_mouth(actor: Actor) -> None:
    given(WRITTEN).refuses(EDIT, actor, NotYourComment)


@pytest.mark.parametrize("actor", [BEN_WRITES, ANA_WRITES, EDITOR, SYSTEM])
def test_its_author_the_posts_author_and_editors_delete_a_comment(actor: Actor) -> None:
    assert given(WRITTEN).knowing(**below()).when(DELETE, actor).events == (DELETED,)


def test_who_deletes_as_the_posts_author_must_still_be_one() -> None:
    assert given(WRITTEN).knowing(**below()).when(DELETE, ANA_WRITES).guards == (Guard(f"post-{POST}", 2),)


def test_others_delete_nothing() -> None:
    given(WRITTEN).knowing(**below()).refuses(DELETE, CARA_WRITES, NotYourComment)


def test_a_comment_outlives_its_post_until_it_is_deleted() -> None:
    of_deleted = given(WRITTEN).knowing(**below(DRAFTED, PostDeleted(post=POST)))
    assert of_deleted.when(DELETE, BEN_WRITES).events == (DELETED,)
    of_deleted.refuses(DELETE, ANA_WRITES, NotYourComment)


def test_what_is_deleted_or_of_another_post_is_not_there() -> None:
    elsewhere = DeleteComment(comment=COMMENT, post=UUID(int=0xBAD))
    for history, command in (((WRITTEN, DELETED), DELETE), ((WRITTEN, DELETED), EDIT), ((WRITTEN,), elsewhere)):
        given(*history).refuses(command, BEN_WRITES, NoSuchComment)
    given().refuses(EDIT, BEN_WRITES, NoSuchComment)
    given(WRITTEN).refuses(EDIT, ANONYMOUS, SignInRequired)
