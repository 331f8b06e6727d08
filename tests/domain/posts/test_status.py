"""Publish, unpublish, archive, restore, delete."""

from datetime import timedelta

import pytest

from domain.command import Name
from domain.posts.archive_post import ArchivePost
from domain.posts.delete_post import DeletePost
from domain.posts.events import PostArchived, PostDeleted, PostPublished, PostRestored, PostUnpublished, SlugChanged
from domain.posts.post_command import PostCommand
from domain.posts.publish_post import PublishPost
from domain.posts.refusals import (
    DateAhead,
    DateNotYours,
    NoSuchPost,
    NothingToPublish,
    NotTheAuthor,
    PostIsArchived,
    PostNotArchived,
    PostNotPublished,
)
from domain.posts.restore_post import RestorePost
from domain.posts.unpublish_post import UnpublishPost
from tests.domain.histories import DRAFTED, PUBLISHED, drafted
from tests.domain.scenario import ANA_WRITES, BEN_WRITES, EDITOR, NOW, POST, given

EARLIER = NOW - timedelta(days=30)
ARCHIVED = PostArchived(post=POST)
UNPUBLISHED = PostUnpublished(post=POST)
PUBLISH = PublishPost(post=POST)


def test_a_post_is_published_now() -> None:
    assert given(DRAFTED).when(PUBLISH, ANA_WRITES).events == (PUBLISHED,)


def test_publishing_twice_is_one_event() -> None:
    assert given(DRAFTED, PUBLISHED).when(PUBLISH, ANA_WRITES).events == ()


@pytest.mark.parametrize("body", ["", " \n\t", "<p>&nbsp;</p><br/>", "\u200b"])
def test_an_empty_body_is_nothing_to_publish(body: str) -> None:
    given(drafted(body=body, format="html")).refuses(PUBLISH, ANA_WRITES, NothingToPublish, "/body")


def test_an_editor_may_give_the_date() -> None:
    command = PublishPost(post=POST, published_at=EARLIER)
    assert given(DRAFTED).when(command, EDITOR).events == (PostPublished(post=POST, published_at=EARLIER),)
    given(DRAFTED).refuses(command, ANA_WRITES, DateNotYours, "/published_at")


def test_an_editor_may_correct_the_date_of_a_published_post() -> None:
    command = PublishPost(post=POST, published_at=EARLIER)
    (event,) = given(DRAFTED, PUBLISHED).when(command, EDITOR).events
    assert given(DRAFTED, PUBLISHED, event).when(command, EDITOR).events == ()


def test_a_date_ahead_is_refused() -> None:
    ahead = PublishPost(post=POST, published_at=NOW + timedelta(seconds=1))
    given(DRAFTED).refuses(ahead, EDITOR, DateAhead, "/published_at")


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        PublishPost(post=POST, published_at=NOW.replace(tzinfo=None))


def test_the_date_is_kept_through_a_time_as_a_draft() -> None:
    first = PostPublished(post=POST, published_at=EARLIER)
    (event,) = given(DRAFTED, first, UNPUBLISHED).when(PUBLISH, ANA_WRITES).events
    assert event == first


def test_only_a_published_post_can_be_unpublished() -> None:
    assert given(DRAFTED, PUBLISHED).when(UnpublishPost(post=POST), ANA_WRITES).events == (UNPUBLISHED,)
    given(DRAFTED).refuses(UnpublishPost(post=POST), ANA_WRITES, PostNotPublished)
    given(DRAFTED, PUBLISHED, ARCHIVED).refuses(UnpublishPost(post=POST), ANA_WRITES, PostNotPublished)


def test_a_post_is_archived_from_a_draft_or_from_public_view() -> None:
    assert given(DRAFTED).when(ArchivePost(post=POST), ANA_WRITES).events == (ARCHIVED,)
    assert given(DRAFTED, PUBLISHED).when(ArchivePost(post=POST), ANA_WRITES).events == (ARCHIVED,)
    assert given(DRAFTED, ARCHIVED).when(ArchivePost(post=POST), ANA_WRITES).events == ()


def test_an_archived_post_is_restored_as_a_draft_before_it_is_published() -> None:
    given(DRAFTED, ARCHIVED).refuses(PUBLISH, ANA_WRITES, PostIsArchived)
    (restored,) = given(DRAFTED, ARCHIVED).when(RestorePost(post=POST), ANA_WRITES).events
    assert restored == PostRestored(post=POST)
    assert given(DRAFTED, ARCHIVED, restored).when(PUBLISH, ANA_WRITES).events
    given(DRAFTED).refuses(RestorePost(post=POST), ANA_WRITES, PostNotArchived)


def test_deleting_frees_every_slug_it_ever_had() -> None:
    moved = SlugChanged(post=POST, slug="another")
    decision = given(DRAFTED, moved).when(DeletePost(post=POST), ANA_WRITES)
    assert decision.events == (PostDeleted(post=POST),)
    assert set(decision.releases) == {Name("slug", "a-title"), Name("slug", "another")}


@pytest.mark.parametrize(
    "command", [PUBLISH, *(c(post=POST) for c in (UnpublishPost, ArchivePost, RestorePost, DeletePost))]
)
def test_neither_strangers_nor_the_absent(command: PostCommand) -> None:
    given(DRAFTED).refuses(command, BEN_WRITES, NotTheAuthor)
    given().refuses(command, EDITOR, NoSuchPost)
    given(DRAFTED, PostDeleted(post=POST)).refuses(command, EDITOR, NoSuchPost)
