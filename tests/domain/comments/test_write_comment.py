"""Writing comments and answers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.command import Guard
from domain.comments import refusals as r
from domain.comments.events import CommentDeleted, CommentRejected, CommentWritten
from domain.comments.write_comment import WriteComment
from domain.posts.events import PostArchived, PostDeleted, PostUnpublished
from domain.posts.refusals import DateAhead, DateNotYours, NoSuchPost, PostNotPublished
from domain.rights import SignInRequired
from tests.domain.comments.thread import answering, below
from tests.domain.histories import DRAFTED, PUBLISHED, WRITTEN, drafted, written
from tests.domain.scenario import (
    ANA,
    ANA_WRITES,
    ANONYMOUS,
    BEN_WRITES,
    COMMENT,
    COMMENT_ABOVE,
    EDITOR,
    NOW,
    POST,
    SYSTEM,
    given,
)

ABOVE = written(COMMENT_ABOVE)


def write(**changes: Any) -> WriteComment:
    return WriteComment(**{"comment": COMMENT, "post": POST, "body": "Well *said*.", **changes})


def test_a_comment_is_written_by_whoever_asks() -> None:
    decision = given().knowing(**below()).when(write(), BEN_WRITES)
    assert decision.events == (WRITTEN,)


def test_the_post_is_promised_to_be_as_it_was() -> None:
    decision = given().knowing(**below()).when(write(), BEN_WRITES)
    assert decision.guards == (Guard(f"post-{POST}", 2),)


def test_an_answer_stands_below_what_it_answers_which_is_promised_too() -> None:
    decision = given().knowing(**answering(ABOVE)).when(write(parent=COMMENT_ABOVE), BEN_WRITES)
    assert decision.events == (written(below=ABOVE),)
    assert decision.guards == (Guard(f"post-{POST}", 2), Guard(f"comment-{COMMENT_ABOVE}", 1))


@pytest.mark.parametrize("gone", [PostUnpublished(post=POST), PostArchived(post=POST)])
def test_a_post_that_is_not_public_takes_no_comments_and_is_told_to_those_who_know_it(gone: Any) -> None:
    on_hidden = given().knowing(**below(DRAFTED, PUBLISHED, gone))
    on_hidden.refuses(write(), ANA_WRITES, PostNotPublished)
    on_hidden.refuses(write(), EDITOR, PostNotPublished)
    on_hidden.refuses(write(), BEN_WRITES, NoSuchPost)


def test_a_post_that_is_not_there_takes_none() -> None:
    given().refuses(write(), EDITOR, NoSuchPost)
    given().knowing(**below(DRAFTED, PostDeleted(post=POST))).refuses(write(), EDITOR, NoSuchPost)


def test_a_post_may_be_closed_to_comments() -> None:
    closed = below(drafted(comments_allowed=False), PUBLISHED)
    given().knowing(**closed).refuses(write(), ANA_WRITES, r.CommentsClosed)


@pytest.mark.parametrize(
    "above",
    [
        (),
        (written(COMMENT_ABOVE, post=UUID(int=0xBAD)),),
        (ABOVE, CommentDeleted(comment=COMMENT_ABOVE, post=POST)),
        (ABOVE, CommentRejected(comment=COMMENT_ABOVE, post=POST)),
    ],
    ids=["unknown", "of another post", "deleted", "hidden"],
)
def test_only_a_comment_of_the_post_that_is_there_is_answered(above: Any) -> None:
    on_it = given().knowing(**answering(*above))
    on_it.refuses(write(parent=COMMENT_ABOVE), EDITOR, r.NothingToAnswer, "/parent")


def test_answers_go_eight_levels_deep() -> None:
    for depth, is_too_deep in ((7, False), (8, True)):
        on_it = given().knowing(**answering(written(COMMENT_ABOVE, depth=depth)))
        if is_too_deep:
            on_it.refuses(write(parent=COMMENT_ABOVE), BEN_WRITES, r.ThreadTooDeep, "/parent")
        else:
            [event] = on_it.when(write(parent=COMMENT_ABOVE), BEN_WRITES).events
            assert isinstance(event, CommentWritten)
            assert event.depth == 8


def test_an_id_is_used_once() -> None:
    given(WRITTEN).knowing(**below()).refuses(write(), BEN_WRITES, r.CommentExists, "/comment")


def test_editors_alone_name_another_author_or_a_date() -> None:
    on_it, before = given().knowing(**below()), NOW - timedelta(days=900)
    on_it.refuses(write(author=ANA), BEN_WRITES, r.CommenterNotYours, "/author")
    on_it.refuses(write(written_at=before), BEN_WRITES, DateNotYours, "/written_at")
    on_it.refuses(write(written_at=NOW + timedelta(days=1)), EDITOR, DateAhead, "/written_at")
    [event] = on_it.when(write(author=ANA, written_at=before), EDITOR).events
    assert isinstance(event, CommentWritten)
    assert (event.author, event.written_at) == (ANA, before)
    assert event.place < WRITTEN.place


def test_the_system_comments_for_somebody() -> None:
    given().knowing(**below()).refuses(write(), SYSTEM, r.CommenterMissing, "/author")
    assert given().knowing(**below()).when(write(author=ANA), SYSTEM).events


def test_nobody_comments_without_signing_in() -> None:
    given().knowing(**below()).refuses(write(), ANONYMOUS, SignInRequired)


@pytest.mark.parametrize("body", ["", " \n", "<p>&nbsp;</p>", "x" * 10_001, "a\x00b", "\ud800"])
def test_a_comment_is_one_to_ten_thousand_characters_that_say_something(body: str) -> None:
    with pytest.raises(ValidationError):
        write(body=body)
    assert write(body="ü" * 10_000)
