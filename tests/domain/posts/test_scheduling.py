"""Schedule, unschedule, and publish what is due."""

from datetime import timedelta, timezone
from typing import Any

import pytest

from domain.accounts.account import Account
from domain.accounts.events import AccountClosed, AccountReinstated, AccountSuspended
from domain.command import Guard
from domain.event import Event
from domain.posts.archive_post import ArchivePost
from domain.posts.delete_post import DeletePost
from domain.posts.events import (
    PostArchived,
    PostDeleted,
    PostPublished,
    PostRestored,
    PostRevised,
    PostScheduled,
    PostUnpublished,
    PostUnscheduled,
)
from domain.posts.post import Post, Schedule
from domain.posts.post_command import PostCommand
from domain.posts.publish_due_post import PublishDuePost
from domain.posts.publish_post import PublishPost
from domain.posts.refusals import (
    NoAuthorMayPublish,
    NoSuchPost,
    NotDueYet,
    NothingToPublish,
    NotTheAuthor,
    PostIsArchived,
    PostIsPublished,
    PostNotPublished,
    PostNotScheduled,
    ScheduleChanged,
    TimePassed,
    TimeTooFar,
)
from domain.posts.revise_post import RevisePost
from domain.posts.schedule_post import LONGEST, SchedulePost
from domain.posts.unpublish_post import UnpublishPost
from domain.posts.unschedule_post import UnschedulePost
from domain.rights import OnlyTheSystem
from tests.domain.histories import DRAFTED, PUBLISHED, REGISTERED, drafted
from tests.domain.posts.schedules import SCHEDULED
from tests.domain.scenario import ANA, ANA_WRITES, BEN, BEN_WRITES, EDITOR, NOW, POST, SYSTEM, Beside, fold, given

TOMORROW = SCHEDULED.publish_at
SCHEDULE = SchedulePost(post=POST, publish_at=TOMORROW)
UNSCHEDULE = UnschedulePost(post=POST)
UNSCHEDULED = PostUnscheduled(post=POST)
DUE = PostScheduled(post=POST, publish_at=NOW)
PUBLISH_DUE = PublishDuePost(post=POST, schedule=2, authors=(ANA,))
SUSPENDED = AccountSuspended(account=ANA, reason="spam")
CLOSED = AccountClosed(account=ANA, erase_content=False)


def of_ana(*since: Event) -> dict[str, Any]:
    return {f"account-{ANA}": Beside(fold(Account, (REGISTERED, *since)), 1 + len(since))}


def test_a_draft_is_scheduled_for_a_time_ahead() -> None:
    assert given(DRAFTED).when(SCHEDULE, ANA_WRITES).events == (SCHEDULED,)
    assert given(DRAFTED).when(SCHEDULE, EDITOR).events == (SCHEDULED,)


def test_a_scheduled_post_gets_another_time_and_the_same_one_is_no_event() -> None:
    later = SchedulePost(post=POST, publish_at=TOMORROW + timedelta(hours=1))
    assert given(DRAFTED, SCHEDULED).when(later, ANA_WRITES).events
    assert given(DRAFTED, SCHEDULED).when(SCHEDULE, ANA_WRITES).events == ()
    elsewhere = SchedulePost(post=POST, publish_at=TOMORROW.astimezone(timezone(timedelta(hours=9))))
    assert given(DRAFTED, SCHEDULED).when(elsewhere, ANA_WRITES).events == ()
    assert given(DRAFTED, SCHEDULED, UNSCHEDULED).when(SCHEDULE, ANA_WRITES).events == (SCHEDULED,)


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=1)])
def test_a_time_that_is_not_ahead_is_refused(ago: timedelta) -> None:
    past = SchedulePost(post=POST, publish_at=NOW - ago)
    given(DRAFTED).refuses(past, ANA_WRITES, TimePassed, "/publish_at")


def test_a_time_too_far_ahead_is_refused() -> None:
    assert given(DRAFTED).when(SchedulePost(post=POST, publish_at=NOW + LONGEST), ANA_WRITES).events
    for text in ((NOW + LONGEST + timedelta(seconds=1)).isoformat(), "9999-12-31T23:59:59-23:59"):
        far = SchedulePost.model_validate({"post": POST, "publish_at": text})
        given(DRAFTED).refuses(far, ANA_WRITES, TimeTooFar, "/publish_at")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        SchedulePost(post=POST, publish_at=TOMORROW.replace(tzinfo=None))


def test_a_published_or_archived_post_cannot_be_scheduled_nor_an_empty_one() -> None:
    given(DRAFTED, PUBLISHED).refuses(SCHEDULE, ANA_WRITES, PostIsPublished)
    given(DRAFTED, PostArchived(post=POST)).refuses(SCHEDULE, ANA_WRITES, PostIsArchived)
    given(drafted(body=" ")).refuses(SCHEDULE, ANA_WRITES, NothingToPublish, "/body")


def test_only_a_scheduled_post_can_be_unscheduled() -> None:
    assert given(DRAFTED, SCHEDULED).when(UNSCHEDULE, ANA_WRITES).events == (UNSCHEDULED,)
    for history in ((DRAFTED,), (DRAFTED, SCHEDULED, UNSCHEDULED), (DRAFTED, SCHEDULED, PUBLISHED)):
        given(*history).refuses(UNSCHEDULE, ANA_WRITES, PostNotScheduled)


def test_a_revision_keeps_the_schedule_and_cannot_empty_the_post() -> None:
    revised = PostRevised(post=POST, owner=ANA, changed=("title",), title="Another")
    assert fold(Post, (DRAFTED, SCHEDULED, revised)).schedule == Schedule(TOMORROW, 2)
    empty = RevisePost(post=POST, body="")
    given(DRAFTED, SCHEDULED).refuses(empty, ANA_WRITES, NothingToPublish, "/body")
    assert given(DRAFTED, SCHEDULED, UNSCHEDULED).when(empty, ANA_WRITES).events


@pytest.mark.parametrize("command", [PublishPost(post=POST), ArchivePost(post=POST), DeletePost(post=POST)])
def test_publishing_now_archiving_and_deleting_end_the_schedule(command: PostCommand) -> None:
    events = given(DRAFTED, SCHEDULED).when(command, ANA_WRITES).events
    ended = fold(Post, (DRAFTED, SCHEDULED, *events))
    assert ended.status != "scheduled"
    assert ended.schedule is None


def test_a_scheduled_post_is_not_published_yet() -> None:
    given(DRAFTED, SCHEDULED).refuses(UnpublishPost(post=POST), ANA_WRITES, PostNotPublished)
    assert fold(Post, (DRAFTED, SCHEDULED)).status == "scheduled"
    assert fold(Post, (DRAFTED, SCHEDULED, PostArchived(post=POST), PostRestored(post=POST))).status == "draft"


@pytest.mark.parametrize("command", [SCHEDULE, UNSCHEDULE])
def test_neither_strangers_nor_the_absent(command: PostCommand) -> None:
    given(DRAFTED, SCHEDULED).refuses(command, BEN_WRITES, NotTheAuthor)
    given().refuses(command, EDITOR, NoSuchPost)
    given(DRAFTED, SCHEDULED, PostDeleted(post=POST)).refuses(command, EDITOR, NoSuchPost)


def test_what_is_due_is_published_with_the_time_that_was_asked_for_and_promises_an_author() -> None:
    due = PostScheduled(post=POST, publish_at=NOW - timedelta(hours=3))
    decision = given(DRAFTED, due).knowing(others=of_ana()).when(PUBLISH_DUE, SYSTEM)
    assert decision.events == (PostPublished(post=POST, published_at=NOW - timedelta(hours=3)),)
    assert decision.guards == (Guard(f"account-{ANA}", 1),)


def test_the_clock_alone_publishes_what_is_due() -> None:
    for somebody in (ANA_WRITES, EDITOR):
        given(DRAFTED, DUE).knowing(others=of_ana()).refuses(PUBLISH_DUE, somebody, OnlyTheSystem)


@pytest.mark.parametrize(
    "since",
    [
        (UNSCHEDULED,),
        (DUE,),
        (UNSCHEDULED, DUE),
        (PUBLISHED,),
        (PUBLISHED, PostUnpublished(post=POST)),
        (PostArchived(post=POST),),
    ],
)
def test_another_schedule_than_was_meant_is_not_carried_out(since: tuple[Event, ...]) -> None:
    given(DRAFTED, DUE, *since).knowing(others=of_ana()).refuses(PUBLISH_DUE, SYSTEM, ScheduleChanged)


def test_nothing_is_published_before_its_time() -> None:
    given(DRAFTED, SCHEDULED).knowing(others=of_ana()).refuses(PUBLISH_DUE, SYSTEM, NotDueYet)


def test_an_erased_text_is_nothing_to_publish() -> None:
    erased = drafted(title=None, body=None)
    given(erased, DUE).knowing(others=of_ana()).refuses(PUBLISH_DUE, SYSTEM, NothingToPublish, "/body")


@pytest.mark.parametrize("gone", [(SUSPENDED,), (CLOSED,)])
def test_nothing_is_published_when_no_author_may(gone: tuple[Event, ...]) -> None:
    given(DRAFTED, DUE).knowing(others=of_ana(*gone)).refuses(PUBLISH_DUE, SYSTEM, NoAuthorMayPublish)
    given(DRAFTED, DUE).refuses(PUBLISH_DUE, SYSTEM, NoAuthorMayPublish)


def test_one_author_who_may_is_enough() -> None:
    both = PublishDuePost(post=POST, schedule=2, authors=(ANA, BEN))
    ben = {f"account-{BEN}": Beside(fold(Account, (REGISTERED,)), 7)}
    decision = given(drafted(authors=(ANA, BEN)), DUE).knowing(others={**of_ana(SUSPENDED), **ben}).when(both, SYSTEM)
    assert decision.guards == (Guard(f"account-{BEN}", 7),)
    again = of_ana(SUSPENDED, AccountReinstated(account=ANA))
    assert given(DRAFTED, DUE).knowing(others=again).when(PUBLISH_DUE, SYSTEM).events


def test_who_is_no_author_any_more_does_not_count() -> None:
    by_ben = drafted(authors=(BEN,), owner=BEN)
    given(by_ben, DUE).knowing(others=of_ana()).refuses(PUBLISH_DUE, SYSTEM, NoAuthorMayPublish)
