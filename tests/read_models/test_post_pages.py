from typing import Any
from uuid import UUID

from domain.event import Event
from domain.posts import events as e
from read_models.post_pages import MODEL, PostPage
from tests.domain.histories import DRAFTED, drafted
from tests.domain.posts.schedules import SCHEDULED
from tests.domain.scenario import ANA, BEN, NOW, POST
from tests.domain.taxonomy.trees import COAST, SEA
from tests.read_models.history import START, delivered

PUBLISHED = e.PostPublished(post=POST, published_at=NOW)


def page(*events: Event) -> PostPage:
    rows: list[PostPage] = list(delivered(MODEL, *events).rows["post_pages"].values())
    assert len(rows) == 1
    return rows[0]


def revised(*changed: str, **values: Any) -> e.PostRevised:
    return e.PostRevised(post=POST, owner=ANA, changed=changed, **values)


def test_a_draft_has_its_text_rendered_and_no_publication() -> None:
    found = page(drafted(body="Some *words*."))
    assert (found.html, found.lead, found.excerpt) == ("<p>Some <em>words</em>.</p>\n", "Some words.", None)
    assert (found.status, found.published_at, found.version) == ("draft", None, 1)


def test_a_revision_changes_what_it_names_alone() -> None:
    found = page(drafted(excerpt="Short"), revised("title", title="New"))
    assert (found.title, found.excerpt, found.body, found.tags) == ("New", "Short", "A body.", ("News",))
    assert (found.version, found.updated_at > found.created_at) == (2, True)


def test_a_cleared_excerpt_gives_way_to_the_lead() -> None:
    found = page(drafted(excerpt="Short"), revised("excerpt", excerpt=None))
    assert (found.excerpt, found.lead) == (None, "A body.")


def test_another_format_renders_the_same_body_again() -> None:
    found = page(drafted(body="<p>*a*</p>"), revised("format", format="html"))
    assert found.html == "<p>*a*</p>"


def test_a_new_body_is_rendered_in_the_format_that_it_has() -> None:
    found = page(drafted(format="html"), revised("body", body="*a*"))
    assert (found.html, found.lead) == ("*a*", "*a*")


def test_authors_may_change_while_the_owner_stays() -> None:
    found = page(DRAFTED, revised("authors", authors=(BEN,)))
    assert (found.owner, found.authors) == (ANA, (BEN,))


def test_publishing_dates_the_page_and_a_correction_dates_it_again() -> None:
    assert (page(DRAFTED, PUBLISHED).status, page(DRAFTED, PUBLISHED).published_at) == ("published", NOW)
    assert page(DRAFTED, PUBLISHED, e.PostPublished(post=POST, published_at=START)).published_at == START


def test_an_unpublished_page_is_a_draft_without_a_date() -> None:
    found = page(DRAFTED, PUBLISHED, e.PostUnpublished(post=POST))
    assert (found.status, found.published_at) == ("draft", None)


def test_an_archived_page_comes_back_as_a_draft() -> None:
    assert page(DRAFTED, PUBLISHED, e.PostArchived(post=POST)).status == "archived"
    assert page(DRAFTED, PUBLISHED, e.PostArchived(post=POST), e.PostRestored(post=POST)).status == "draft"


def test_slug_and_tags_change_in_place() -> None:
    found = page(DRAFTED, e.SlugChanged(post=POST, slug="other"), e.PostRetagged(post=POST, tags=("A", "B")))
    assert (found.slug, found.tags) == ("other", ("A", "B"))


def test_a_deleted_post_has_no_page() -> None:
    assert delivered(MODEL, DRAFTED, PUBLISHED, e.PostDeleted(post=POST)).rows["post_pages"] == {}


def test_an_erased_text_folds_to_nothing() -> None:
    found = page(drafted(title=None, body=None, excerpt=None), revised("body", body=None))
    assert (found.title, found.body, found.html, found.lead) == (None, None, "", "")


def test_the_row_says_up_to_where_it_was_folded() -> None:
    other = drafted(post=UUID(int=POST.int + 4), slug="other")
    rows = delivered(MODEL, DRAFTED, other, PUBLISHED).rows["post_pages"]
    assert (rows[POST,].sequence, rows[POST,].partition) == (3, POST.int % 4)


def test_a_post_has_a_category_and_a_cover_until_they_are_taken_away() -> None:
    both = drafted(category=COAST, cover=SEA)
    assert (page(both).category, page(both).cover) == (COAST, SEA)
    found = page(both, revised("category"), revised("cover", cover=COAST))
    assert (found.category, found.cover) == (None, COAST)


def test_a_scheduled_page_has_its_time_until_it_ends() -> None:
    scheduled = page(DRAFTED, SCHEDULED, e.PostRetagged(post=POST, tags=()))
    assert (scheduled.status, scheduled.publish_at) == ("scheduled", SCHEDULED.publish_at)
    for ending in (e.PostUnscheduled(post=POST), PUBLISHED, e.PostArchived(post=POST)):
        assert page(DRAFTED, SCHEDULED, ending).publish_at is None
    assert page(DRAFTED, SCHEDULED, e.PostUnscheduled(post=POST)).status == "draft"
