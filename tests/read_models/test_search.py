from typing import Any

import pytest

from domain.event import Event
from domain.posts import events as e
from read_models.search import MODEL, Searched
from tests.domain.histories import DRAFTED, PUBLISHED, drafted
from tests.domain.scenario import ANA, NOW, POST
from tests.read_models.history import delivered


def row(*events: Event) -> Searched:
    [found] = delivered(MODEL, *events).rows["search"].values()
    assert isinstance(found, Searched)
    return found


def revised(*changed: str, **values: Any) -> e.PostRevised:
    return e.PostRevised(post=POST, owner=ANA, changed=changed, **values)


def test_a_post_is_searched_by_title_text_tags_and_language() -> None:
    found = row(drafted(title="Running Éclairs", body="Some *words*.", tags=("Deep Sea",), language="en-GB"))
    assert found.title_words == "/language/en /language/en-GB /tag/deep-sea eclair run"
    assert (found.words, found.beginning) == ("some word", "Some words.")
    assert (found.title, found.title_key) == ("Running Éclairs", "running eclairs")


@pytest.mark.parametrize(
    "leaving", [e.PostUnpublished(post=POST), e.PostArchived(post=POST), e.PostRestored(post=POST)]
)
def test_only_what_is_published_is_in_the_indexes(leaving: Event) -> None:
    assert (row(DRAFTED).is_published, row(DRAFTED, PUBLISHED).published_at) == (False, NOW)
    found = row(DRAFTED, PUBLISHED, leaving)
    assert (found.is_published, found.published_at) == (False, None)


def test_a_deleted_post_leaves_nothing() -> None:
    assert delivered(MODEL, DRAFTED, PUBLISHED, e.PostDeleted(post=POST)).rows["search"] == {}


def test_new_tags_and_titles_leave_the_words_of_the_text() -> None:
    before = row(DRAFTED)
    found = row(DRAFTED, e.PostRetagged(post=POST, tags=("A",)), revised("title", title="Other"))
    assert found.title_words == "/language/en /tag/a other"
    assert (found.words, found.main_words) == (before.words, before.main_words)


def test_another_language_stems_the_same_text_again() -> None:
    assert row(drafted(body="running", language="tlh")).words == "running"
    assert row(drafted(body="running", language="tlh"), revised("language", language="en")).words == "run"


def test_an_erased_text_folds_to_nothing() -> None:
    found = row(drafted(title=None, body=None, excerpt=None), revised("body", body=None))
    assert (found.title, found.words, found.beginning, found.main_words) == ("", "", "", ())
