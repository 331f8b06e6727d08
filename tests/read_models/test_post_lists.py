from datetime import datetime

import pytest

from domain.event import Event
from domain.posts import events as e
from read_models.facets import ANY_STATUS, by_author, by_category, by_language, by_tag, everything
from read_models.post_lists import MODEL
from tests.domain.histories import DRAFTED, PUBLISHED, drafted
from tests.domain.posts.schedules import SCHEDULED
from tests.domain.scenario import ANA, BEN, NOW, POST
from tests.domain.taxonomy.trees import COAST, SEA
from tests.read_models.history import START, Tables, delivered


def facets(*events: Event) -> set[str]:
    return {facet for facet, _, _ in delivered(MODEL, *events).derived["posts_by_time"]}


def times(tables: Tables) -> set[datetime]:
    return {listed_at for _, listed_at, _ in tables.derived["posts_by_time"]}


def test_a_draft_is_in_no_published_list() -> None:
    assert facets(DRAFTED) == {
        "draft",
        by_tag("draft", "news"),
        by_author("draft", ANA),
        by_author(ANY_STATUS, ANA),
        by_language("draft", "en"),
    }


def test_a_published_post_is_listed_by_tag_author_and_language() -> None:
    assert facets(DRAFTED, PUBLISHED) == {
        everything("published"),
        by_tag("published", "news"),
        by_author("published", ANA),
        by_author(ANY_STATUS, ANA),
        by_language("published", "en"),
    }


def test_lists_are_in_order_of_publication_and_drafts_of_creation() -> None:
    draft = delivered(MODEL, DRAFTED)
    assert times(draft) == {draft.rows["post_lists"][POST,].created_at}
    assert times(delivered(MODEL, DRAFTED, PUBLISHED)) == {NOW}


def test_an_unpublished_post_leaves_every_published_list() -> None:
    for leaving in (e.PostUnpublished(post=POST), e.PostArchived(post=POST), e.PostDeleted(post=POST)):
        assert not {facet for facet in facets(DRAFTED, PUBLISHED, leaving) if facet.startswith("published")}


def test_a_deleted_post_is_nowhere() -> None:
    tables = delivered(MODEL, DRAFTED, PUBLISHED, e.PostDeleted(post=POST))
    assert tables.rows["post_lists"] == {}
    assert tables.derived == {"posts_by_time": set(), "posts_by_title": set()}


def test_tags_are_listed_by_their_normal_form() -> None:
    tagged = e.PostRetagged(post=POST, tags=("Machine Learning", "\uff21\uff29"))
    found = facets(DRAFTED, PUBLISHED, tagged)
    assert {by_tag("published", "machine-learning"), by_tag("published", "ai")} <= found
    assert by_tag("published", "news") not in found


def test_a_revision_moves_the_post_between_authors_and_languages() -> None:
    changed = e.PostRevised(post=POST, owner=ANA, changed=("authors", "language"), authors=(BEN,), language="de")
    found = facets(DRAFTED, PUBLISHED, changed)
    assert {by_author("published", BEN), by_language("published", "de")} <= found
    assert not {by_author("published", ANA), by_language("published", "en")} & found


def test_titles_sort_without_case_and_accents() -> None:
    tables = delivered(MODEL, drafted(title="Élan Vital"))
    assert {key for _, key, _, _ in tables.derived["posts_by_title"]} == {"elan vital"}


def test_a_text_revision_leaves_the_lists_untouched() -> None:
    before = delivered(MODEL, DRAFTED)
    after = delivered(MODEL, DRAFTED, e.PostRevised(post=POST, owner=ANA, changed=("body",), body="New"))
    assert before.rows == after.rows


def test_the_longest_tag_makes_a_key_that_fits_an_index() -> None:
    found = facets(drafted(tags=("\ufdfa" * 50,)), e.PostPublished(post=POST, published_at=START))
    assert max(len(facet.encode()) for facet in found) < 300


def test_a_post_is_listed_in_its_category_alone() -> None:
    sorted_in = drafted(category=COAST)
    assert by_category("draft", COAST) in facets(sorted_in)
    assert by_category("published", COAST) in facets(sorted_in, PUBLISHED)
    moved = e.PostRevised(post=POST, owner=ANA, changed=("category",), category=SEA)
    found = facets(sorted_in, PUBLISHED, moved)
    assert by_category("published", SEA) in found
    assert by_category("published", COAST) not in found
    nowhere = e.PostRevised(post=POST, owner=ANA, changed=("category",))
    assert not {facet for facet in facets(sorted_in, PUBLISHED, nowhere) if "category" in facet}


def test_a_scheduled_post_is_listed_at_its_time_and_in_no_published_list() -> None:
    scheduled = delivered(MODEL, DRAFTED, SCHEDULED)
    assert times(scheduled) == {SCHEDULED.publish_at}
    assert facets(DRAFTED, SCHEDULED) == {
        everything("scheduled"),
        by_tag("scheduled", "news"),
        by_author("scheduled", ANA),
        by_author(ANY_STATUS, ANA),
        by_language("scheduled", "en"),
    }


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        (e.PostUnscheduled(post=POST), "draft"),
        (e.PostArchived(post=POST), "archived"),
        (e.PostPublished(post=POST, published_at=NOW), "published"),
    ],
)
def test_a_schedule_that_ended_leaves_no_time_behind(ending: Event, status: str) -> None:
    [row] = delivered(MODEL, DRAFTED, SCHEDULED, ending).rows["post_lists"].values()
    assert row.status == status
    assert row.listed_at == (NOW if status == "published" else row.created_at)
