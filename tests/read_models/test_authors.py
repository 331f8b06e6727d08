from uuid import UUID

from domain.accounts import events as a
from domain.event import Event
from domain.posts import events as e
from read_models.authors import MODEL, Author
from tests.domain.histories import CREDITED, DRAFTED, PUBLISHED, REGISTERED
from tests.domain.scenario import ANA, BEN, POST
from tests.read_models.history import delivered


def author(*events: Event) -> Author:
    rows: list[Author] = list(delivered(MODEL, *events).rows["authors"].values())
    return rows[0]


def counts(*events: Event) -> dict[UUID, int]:
    return {account: n for (account, _), n in delivered(MODEL, *events).counters["author_counts"].items()}


def test_registered_and_credited_people_are_authors() -> None:
    for first in (REGISTERED, CREDITED):
        assert (author(first).handles, author(first).name) == (("ana",), "Ana")


def test_an_earlier_handle_still_leads_to_the_author() -> None:
    tables = delivered(MODEL, REGISTERED, a.HandleChanged(account=ANA, handle="anna"))
    assert tables.derived["author_handles"] == {("ana", ANA), ("anna", ANA)}
    assert author(REGISTERED, a.HandleChanged(account=ANA, handle="anna")).handles[-1] == "anna"


def test_a_handle_taken_back_is_the_present_one() -> None:
    back = (a.HandleChanged(account=ANA, handle="anna"), a.HandleChanged(account=ANA, handle="ana"))
    assert author(REGISTERED, *back).handles == ("anna", "ana")


def test_a_profile_changes_what_it_names_alone() -> None:
    found = author(REGISTERED, a.ProfileUpdated(account=ANA, changed=("biography",), biography="Writes."))
    assert (found.name, found.biography, found.picture) == ("Ana", "Writes.", None)
    shown = a.ProfileUpdated(account=ANA, changed=("picture",), picture="https://example.org/a.png")
    assert (author(REGISTERED, shown).name, author(REGISTERED, shown).picture) == ("Ana", "https://example.org/a.png")


def test_nothing_personal_outlives_a_closed_account() -> None:
    shown = a.ProfileUpdated(account=ANA, changed=("picture",), picture="https://example.org/a.png")
    tables = delivered(MODEL, REGISTERED, shown, a.AccountClosed(account=ANA, erase_content=False))
    row = tables.rows["authors"][ANA,]
    assert row.picture is None
    assert (row.handles, row.name, row.biography, row.is_closed, row.is_erased) == ((), None, None, True, False)
    assert tables.derived["author_handles"] == set()


def test_content_may_be_erased_later() -> None:
    closed = [a.AccountClosed(account=ANA, erase_content=erase) for erase in (False, True)]
    assert author(REGISTERED, *closed).is_erased
    assert author(REGISTERED, *reversed(closed)).is_erased


def test_published_posts_count_for_each_of_their_authors() -> None:
    two = e.PostRevised(post=POST, owner=ANA, changed=("authors",), authors=(ANA, BEN))
    assert counts(DRAFTED, two) == {}
    assert counts(DRAFTED, two, PUBLISHED) == {ANA: 1, BEN: 1}
    assert counts(DRAFTED, PUBLISHED, two) == {ANA: 1, BEN: 1}


def test_hidden_and_deleted_posts_count_for_nobody() -> None:
    for leaving in (e.PostUnpublished(post=POST), e.PostArchived(post=POST), e.PostDeleted(post=POST)):
        assert counts(DRAFTED, PUBLISHED, leaving) == {}
