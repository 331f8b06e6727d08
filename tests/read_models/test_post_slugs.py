from uuid import UUID

from domain.event import Event
from domain.posts import events as e
from read_models.post_slugs import MODEL
from tests.domain.histories import DRAFTED, drafted
from tests.domain.scenario import POST
from tests.read_models.history import delivered

OTHER = UUID(int=0xC0)


def slugs(*events: Event) -> set[tuple[str, int, UUID]]:
    return delivered(MODEL, *events).derived["post_slugs"]


def test_every_slug_that_a_post_had_leads_to_it() -> None:
    assert slugs(DRAFTED, e.SlugChanged(post=POST, slug="b")) == {("a-title", 1, POST), ("b", 2, POST)}


def test_an_old_slug_taken_back_is_claimed_later() -> None:
    back = (e.SlugChanged(post=POST, slug="b"), e.SlugChanged(post=POST, slug="a-title"))
    assert slugs(DRAFTED, *back) == {("a-title", 3, POST), ("b", 2, POST)}


def test_a_deleted_post_frees_its_slugs() -> None:
    assert slugs(DRAFTED, e.SlugChanged(post=POST, slug="b"), e.PostDeleted(post=POST)) == set()


def test_the_next_owner_of_a_slug_has_the_higher_position() -> None:
    both = slugs(DRAFTED, drafted(post=OTHER))
    assert max(both, key=lambda found: found[1])[2] == OTHER
