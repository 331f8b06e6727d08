from typing import Any
from uuid import UUID

from domain.event import Event
from domain.posts import events as e
from domain.taxonomy import events as t
from read_models.categories import MODEL
from tests.domain.histories import PUBLISHED, drafted
from tests.domain.scenario import ANA, POST
from tests.domain.taxonomy.trees import COAST, HARBOUR, LAND, SEA, TREE
from tests.read_models.history import delivered

SORTED_IN = drafted(category=COAST)


def counts(*events: Event) -> dict[Any, int]:
    found = delivered(MODEL, *events).counters["category_counts"]
    return {category: amount for (category, _), amount in found.items()}


def test_the_tree_is_what_happened_to_it() -> None:
    changes = (
        t.CategoryMoved(category=COAST, parent=LAND),
        t.CategoryRenamed(category=SEA, name="Seas", slug="seas"),
        t.CategoryDeleted(category=HARBOUR),
    )
    found = delivered(MODEL, *TREE, *changes)
    rows = {row.category: (row.name, row.slug, row.parent) for row in found.rows["categories"].values()}
    assert rows == {
        SEA: ("Seas", "seas", None),
        LAND: ("Land", "land", None),
        COAST: ("Coast", "coast", LAND),
    }
    assert found.derived["category_slugs"] == {("seas", SEA), ("land", LAND), ("coast", COAST)}
    assert found.derived["category_children"] == {(LAND, COAST)}


def test_only_published_posts_count() -> None:
    assert counts(*TREE, SORTED_IN) == {}
    assert counts(*TREE, SORTED_IN, PUBLISHED) == {COAST: 1}
    for leaving in (e.PostUnpublished(post=POST), e.PostArchived(post=POST), e.PostDeleted(post=POST)):
        assert counts(SORTED_IN, PUBLISHED, leaving) == {}


def test_a_post_that_is_sorted_otherwise_counts_there() -> None:
    moved = e.PostRevised(post=POST, owner=ANA, changed=("category",), category=SEA)
    assert counts(SORTED_IN, PUBLISHED, moved) == {SEA: 1}
    nowhere = e.PostRevised(post=POST, owner=ANA, changed=("category",))
    assert counts(SORTED_IN, PUBLISHED, nowhere) == {}
    other = e.PostRevised(post=POST, owner=ANA, changed=("title",), title="x")
    assert counts(SORTED_IN, PUBLISHED, other) == {COAST: 1}


def test_what_never_began_is_no_category() -> None:
    stray = t.CategoryMoved(category=UUID(int=9), parent=None)
    assert delivered(MODEL, stray).rows["categories"] == {}
