from typing import Any
from uuid import UUID

from domain.event import Event
from domain.posts import events as e
from domain.taxonomy.events import TagRenamed, TagsMerged
from read_models.tags import MODEL
from tests.domain.histories import DRAFTED, PUBLISHED, drafted
from tests.domain.scenario import ANA, NOW, POST
from tests.read_models.history import delivered

OTHER = UUID(int=POST.int + 4)


def counts(*events: Event) -> dict[Any, int]:
    found = delivered(MODEL, *events).counters["tags"]
    return {(tag, spelling): amount for (tag, spelling, _), amount in found.items()}


def test_only_published_posts_count() -> None:
    assert counts(DRAFTED) == {}
    assert counts(DRAFTED, PUBLISHED) == {("news", "News"): 1}


def test_a_post_that_is_hidden_or_deleted_counts_no_more() -> None:
    for leaving in (e.PostUnpublished(post=POST), e.PostArchived(post=POST), e.PostDeleted(post=POST)):
        assert counts(DRAFTED, PUBLISHED, leaving) == {}


def test_spellings_of_one_tag_are_told_apart() -> None:
    other = (drafted(post=OTHER, slug="b", tags=("news",)), e.PostPublished(post=OTHER, published_at=NOW))
    assert counts(DRAFTED, PUBLISHED, *other) == {("news", "News"): 1, ("news", "news"): 1}


def test_new_tags_are_counted_instead_of_the_old() -> None:
    assert counts(DRAFTED, PUBLISHED, e.PostRetagged(post=POST, tags=("A",))) == {("a", "A"): 1}
    changed = e.PostRevised(post=POST, owner=ANA, changed=("tags",), tags=("B",))
    assert counts(DRAFTED, PUBLISHED, changed) == {("b", "B"): 1}
    assert counts(DRAFTED, changed, PUBLISHED) == {("b", "B"): 1}


def test_publishing_again_counts_once() -> None:
    assert counts(DRAFTED, PUBLISHED, PUBLISHED) == {("news", "News"): 1}


def test_a_renamed_tag_leads_to_its_newest_name() -> None:
    found = delivered(
        MODEL,
        TagRenamed(tag="sea", name="Open Ocean"),
        TagsMerged(tag="salt", into="sea", name="Sea"),
        TagRenamed(tag="sea", name="Water"),
    )
    rows = {row.tag: (row.now, row.position) for row in found.rows["renamed_tags"].values()}
    assert rows == {"sea": ("water", 3), "salt": ("sea", 2)}
