"""Comments, their threads, what is flagged, and how many there are."""

from typing import Any
from uuid import UUID

from domain.comments import events as e
from domain.event import Event
from read_models.comments import HIDDEN, MODEL, REJECTED, SHOWN, CommentRow, hidden_of
from tests.domain.comments.thread import HIDDEN as FLAGGED_THRICE
from tests.domain.comments.thread import flagged
from tests.domain.histories import WRITTEN, written
from tests.domain.scenario import ANA, BEN, COMMENT, COMMENT_ABOVE, NOW, POST
from tests.read_models.history import Tables, delivered

APPROVED, REJECTS, DELETED = (
    kind(comment=COMMENT, post=POST) for kind in (e.CommentApproved, e.CommentRejected, e.CommentDeleted)
)


def row(*events: Event) -> CommentRow:
    found: CommentRow = delivered(MODEL, *events).rows["comments"][COMMENT,]
    return found


def facets(tables: Tables) -> set[str]:
    return {facet for _, facet, _, comment in tables.derived["threads"] if comment == COMMENT}


def counted(tables: Tables) -> dict[Any, int]:
    return {post: amount for (post, _), amount in tables.counters["comment_counts"].items()}


def test_a_comment_is_rendered_and_dated() -> None:
    found = row(WRITTEN)
    assert (found.html, found.author, found.status) == ("<p>Well <em>said</em>.</p>\n", BEN, SHOWN)
    assert row(written(written_at=NOW)).written_at == NOW


def test_an_edited_comment_shows_its_new_text() -> None:
    found = row(WRITTEN, e.CommentEdited(comment=COMMENT, post=POST, author=BEN, body="Put *better*."))
    assert (found.html, found.body) == ("<p>Put <em>better</em>.</p>\n", "Put *better*.")
    assert found.edited_at is not None


def test_a_thread_is_in_the_order_of_its_places() -> None:
    above, later = written(COMMENT_ABOVE), written(UUID(int=0xC2))
    tables = delivered(MODEL, above, later, written(below=above))
    places = sorted((place, comment) for _, _, place, comment in tables.derived["threads"])
    assert [comment for _, comment in places] == [COMMENT_ABOVE, COMMENT, UUID(int=0xC2)]


def test_the_third_flag_takes_a_comment_out_of_public_view() -> None:
    assert facets(delivered(MODEL, WRITTEN, *FLAGGED_THRICE[:2])) == {SHOWN}
    assert facets(delivered(MODEL, WRITTEN, *FLAGGED_THRICE)) == {HIDDEN, hidden_of(BEN)}
    assert facets(delivered(MODEL, WRITTEN, *FLAGGED_THRICE, APPROVED)) == {SHOWN}


def test_moderators_look_at_what_was_flagged_since_they_looked_last() -> None:
    def waiting(*events: Event) -> list[Any]:
        return [comment for _, comment in delivered(MODEL, *events).derived["flagged_comments"]]

    assert waiting(WRITTEN) == []
    assert waiting(WRITTEN, flagged(1)) == waiting(WRITTEN, *FLAGGED_THRICE) == [COMMENT]
    for looked in (APPROVED, REJECTS, DELETED):
        assert waiting(WRITTEN, flagged(1), looked) == []
    assert waiting(WRITTEN, flagged(1), APPROVED, flagged(1)) == [COMMENT]


def test_who_was_flagged_first_waits_longest() -> None:
    [(first, _)] = delivered(MODEL, WRITTEN, flagged(1)).derived["flagged_comments"]
    [(still, _)] = delivered(MODEL, WRITTEN, flagged(1), flagged(2)).derived["flagged_comments"]
    assert first == still


def test_a_rejected_comment_is_seen_by_its_author_and_moderators() -> None:
    assert facets(delivered(MODEL, WRITTEN, REJECTS)) == {HIDDEN, hidden_of(BEN)}
    assert row(WRITTEN, REJECTS).status == REJECTED


def test_nothing_is_left_of_a_deleted_comment() -> None:
    tables = delivered(MODEL, WRITTEN, flagged(1), DELETED)
    assert not any([*tables.rows.values(), *tables.derived.values(), *tables.counters.values()])


def test_what_everybody_sees_is_counted() -> None:
    above = written(COMMENT_ABOVE, author=ANA)
    assert counted(delivered(MODEL, above, WRITTEN)) == {POST: 2}
    for gone in (FLAGGED_THRICE, (REJECTS,), (DELETED,), (*FLAGGED_THRICE, REJECTS)):
        assert counted(delivered(MODEL, above, WRITTEN, *gone)) == {POST: 1}
    assert counted(delivered(MODEL, above, WRITTEN, *FLAGGED_THRICE, APPROVED, APPROVED)) == {POST: 2}


def test_an_erased_comment_shows_nothing() -> None:
    assert row(written(body=None)).html == ""
