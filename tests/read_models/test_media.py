"""Media, and the posts that use them."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from domain.event import Event
from domain.media.events import MediaDeleted, MediaDescribed, MediaRejected
from domain.posts.events import PostArchived, PostDeleted, PostRestored, PostRevised, PostUnpublished
from read_models.media import MODEL, Medium
from tests.domain.histories import PUBLISHED, UPLOADED, drafted
from tests.domain.media.test_processing import PROCESSED, SMALL
from tests.domain.scenario import ANA, MEDIA, POST, STORED
from tests.read_models.history import START, delivered

OTHER = UUID(int=0xD1)
COVERED = drafted(cover=MEDIA)


def medium(*events: Event) -> Medium | None:
    found: Medium | None = delivered(MODEL, UPLOADED, *events).rows["media"].get((MEDIA,))
    return found


def uses(*events: Event) -> set[Any]:
    return delivered(MODEL, *events).derived["media_uses"]


def test_a_medium_is_shown_as_it_was_uploaded() -> None:
    found = medium()
    assert found
    assert (found.owner, found.status, found.filename, found.alt, found.variants) == (
        ANA,
        "uploaded",
        "sea.png",
        None,
        "[]",
    )
    assert (found.sha256, found.media_type, found.size_bytes) == (STORED.sha256, "image/png", 1234)
    assert (found.width, found.height, found.version) == (800, 600, 1)
    assert found.uploaded_at > START
    assert delivered(MODEL, UPLOADED).derived["media_of_accounts"] == {(ANA, MEDIA)}


def test_it_is_described_processed_and_rejected() -> None:
    described = medium(MediaDescribed(media=MEDIA, owner=ANA, alt="The sea."))
    assert described
    assert (described.alt, described.version) == ("The sea.", 2)
    processed = medium(PROCESSED.model_copy(update={"width": None, "height": 700}))
    assert processed
    assert (processed.status, processed.width, processed.height) == ("processed", 800, 700)
    assert orjson.loads(processed.variants) == [SMALL.model_dump()]
    rejected = medium(MediaRejected(media=MEDIA, reason="torn"))
    assert rejected
    assert (rejected.status, rejected.reason) == ("rejected", "torn")


def test_a_deleted_medium_leaves_nothing() -> None:
    tables = delivered(MODEL, UPLOADED, MediaDeleted(media=MEDIA))
    assert not tables.rows["media"]
    assert not tables.derived["media_of_accounts"]


@pytest.mark.parametrize("after", [PostUnpublished, PostArchived, PostDeleted])
def test_a_post_uses_its_cover_while_it_is_public(after: type[Event]) -> None:
    assert uses(COVERED) == set()
    assert uses(COVERED, PUBLISHED) == {(MEDIA, POST)}
    assert uses(COVERED, PUBLISHED, after.model_validate({"post": POST})) == set()
    assert uses(COVERED, PUBLISHED, PostArchived(post=POST), PostRestored(post=POST)) == set()


def test_a_new_cover_stands_in_the_place_of_the_old_one() -> None:
    revised = PostRevised(post=POST, owner=ANA, changed=("cover",), cover=OTHER)
    assert uses(COVERED, PUBLISHED, revised) == {(OTHER, POST)}


def test_a_post_uses_what_its_text_leads_to() -> None:
    linking = drafted(cover=MEDIA, media=(OTHER, MEDIA))
    assert uses(linking, PUBLISHED) == {(MEDIA, POST), (OTHER, POST)}
    revised = PostRevised(post=POST, owner=ANA, changed=("body", "media"), body="No more.", media=())
    assert uses(linking, PUBLISHED, revised) == {(MEDIA, POST)}
