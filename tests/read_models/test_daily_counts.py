from datetime import UTC, date, datetime

from domain.accounts.events import AccountClosed
from domain.comments import events as c
from domain.event import Event
from domain.posts import events as e
from read_models.daily_counts import MODEL
from tests.domain.histories import DRAFTED, PUBLISHED, REGISTERED, WRITTEN
from tests.domain.scenario import ANA, BEN, COMMENT, NOW, POST
from tests.read_models.history import START, delivered

FIRST = START.date()


def counts(what: str, *events: Event) -> dict[date, int]:
    found = delivered(MODEL, *events).counters[f"{what}_by_day"]
    return {day: amount for (day, _), amount in found.items()}


def test_a_post_counts_on_the_day_that_it_says_it_was_published() -> None:
    assert counts("posts", DRAFTED) == {}
    assert counts("posts", DRAFTED, PUBLISHED) == {NOW.date(): 1}
    again = e.PostPublished(post=POST, published_at=datetime(2001, 1, 1, 23, tzinfo=UTC))
    assert counts("posts", DRAFTED, PUBLISHED, again) == {date(2001, 1, 1): 1}


def test_a_post_that_is_hidden_or_deleted_counts_no_more() -> None:
    for leaving in (e.PostUnpublished(post=POST), e.PostArchived(post=POST), e.PostDeleted(post=POST)):
        assert counts("posts", DRAFTED, PUBLISHED, leaving) == {}


def test_a_comment_counts_while_it_is_shown() -> None:
    flagged = c.CommentFlagged(comment=COMMENT, post=POST, by=BEN, is_hidden=True)
    approved = c.CommentApproved(comment=COMMENT, post=POST)
    assert counts("comments", WRITTEN) == {FIRST: 1}
    assert counts("comments", WRITTEN, flagged) == {}
    assert counts("comments", WRITTEN, flagged, approved) == {FIRST: 1}
    assert counts("comments", WRITTEN, c.CommentRejected(comment=COMMENT, post=POST)) == {}
    assert counts("comments", WRITTEN, c.CommentDeleted(comment=COMMENT, post=POST), approved) == {}


def test_an_account_counts_until_it_is_closed() -> None:
    assert counts("accounts", REGISTERED) == {FIRST: 1}
    assert counts("accounts", REGISTERED, AccountClosed(account=ANA, erase_content=False)) == {}
