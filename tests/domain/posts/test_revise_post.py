from typing import Any

import pytest

from domain.posts.events import PostDeleted, PostRevised
from domain.posts.refusals import AuthorsMissing, AuthorsNotYours, NoSuchPost, NothingToPublish, NotTheAuthor
from domain.posts.revise_post import RevisePost
from domain.rights import SignInRequired
from tests.domain.histories import DRAFTED, PUBLISHED, drafted
from tests.domain.scenario import ANA, ANA_WRITES, ANONYMOUS, BEN, BEN_WRITES, EDITOR, POST, Given, given


def revise(**changes: Any) -> RevisePost:
    return RevisePost(post=POST, **changes)


def test_a_revision_carries_what_changes_alone() -> None:
    decision = given(DRAFTED).when(revise(title="Another", body="A body."), ANA_WRITES)
    assert decision.events == (PostRevised(post=POST, owner=ANA, changed=("title",), title="Another"),)


def test_a_revision_that_changes_nothing_is_no_event() -> None:
    same = revise(title="A title", body="A body.", tags=["News"], authors=[ANA], excerpt=None, language="en")
    assert given(DRAFTED).when(same, ANA_WRITES).events == ()


def test_the_same_revision_twice_is_one_event() -> None:
    command = revise(title="Another", tags=["x", "y"])
    first = given(DRAFTED).when(command, ANA_WRITES).events
    assert given(DRAFTED, *first).when(command, ANA_WRITES).events == ()


def test_a_null_excerpt_is_cut_from_the_body_again() -> None:
    history = drafted(excerpt="Short.")
    (event,) = given(history).when(revise(excerpt=None), ANA_WRITES).events
    assert event == PostRevised(post=POST, owner=ANA, changed=("excerpt",))


def test_other_fields_cannot_be_null() -> None:
    with pytest.raises(ValueError, match="title cannot be null"):
        revise(title=None)


def test_authors_and_editors_alone_change_a_post() -> None:
    given(DRAFTED).refuses(revise(title="x"), BEN_WRITES, NotTheAuthor)
    given(DRAFTED).refuses(revise(title="x"), ANONYMOUS, SignInRequired)
    assert given(DRAFTED).when(revise(title="x"), EDITOR).events
    assert given(drafted(authors=(ANA, BEN))).when(revise(title="x"), BEN_WRITES).events


def test_editors_alone_name_authors() -> None:
    given(DRAFTED).refuses(revise(authors=[ANA, BEN]), ANA_WRITES, AuthorsNotYours, "/authors")
    assert given(DRAFTED).when(revise(authors=[BEN]), EDITOR).events
    given(DRAFTED).refuses(revise(authors=[]), EDITOR, AuthorsMissing, "/authors")


def test_the_owner_of_the_text_stays_when_the_authors_change() -> None:
    moved = given(DRAFTED).when(revise(authors=[BEN]), EDITOR).events
    (event,) = given(DRAFTED, *moved).when(revise(title="x"), EDITOR).events
    assert isinstance(event, PostRevised)
    assert event.owner == ANA


def test_a_published_post_cannot_be_emptied() -> None:
    public: Given = given(DRAFTED, PUBLISHED)
    public.refuses(revise(body=" \n"), ANA_WRITES, NothingToPublish, "/body")
    assert given(DRAFTED).when(revise(body=""), ANA_WRITES).events


def test_what_is_not_there_cannot_be_revised() -> None:
    given().refuses(revise(title="x"), ANA_WRITES, NoSuchPost)
    given(DRAFTED, PostDeleted(post=POST)).refuses(revise(title="x"), EDITOR, NoSuchPost)
