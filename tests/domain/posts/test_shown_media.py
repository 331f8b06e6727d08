"""The media that a post shows: whoever makes one public may do so."""

from typing import Any
from uuid import UUID

import pytest

from domain.command import Guard
from domain.media.events import MediaDeleted, MediaRejected
from domain.media.media import Media
from domain.posts.draft_post import DraftPost
from domain.posts.events import PostDrafted, PostRevised
from domain.posts.refusals import CoverUnknown
from domain.posts.revise_post import RevisePost
from domain.posts.shown_media import MOST_LINKED, linked
from tests.domain.histories import DRAFTED, UPLOADED, drafted
from tests.domain.scenario import ANA, ANA_WRITES, BEN, BEN_WRITES, EDITOR, MEDIA, POST, Beside, Given, fold, given

OTHER = UUID(int=0xD1)
TEXT = f"![The sea](/media/{MEDIA}/original) and [more](https://example.org/media/{OTHER})"
BOTH = drafted(authors=(ANA, BEN))


def knowing(*history: Any, of: tuple[Any, ...] = (UPLOADED,)) -> Given:
    """With Ana's medium as these events left it; the other one never was."""
    return given(*history).knowing(others={f"media-{MEDIA}": Beside(fold(Media, of), len(of))})


def draft(**fields: Any) -> DraftPost:
    return DraftPost(post=POST, title="On the sea", **fields)


def revise(**fields: Any) -> RevisePost:
    return RevisePost(post=POST, **fields)


def test_a_cover_is_there_when_the_post_is_stored() -> None:
    decision = knowing().when(draft(cover=MEDIA), ANA_WRITES)
    [event] = decision.events
    assert isinstance(event, PostDrafted)
    assert event.cover == MEDIA
    assert Guard(f"media-{MEDIA}", 1) in decision.guards
    [revised] = knowing(DRAFTED).when(revise(cover=MEDIA), ANA_WRITES).events
    assert revised == PostRevised(post=POST, owner=ANA, changed=("cover",), cover=MEDIA)
    assert knowing(DRAFTED, revised).when(revise(cover=None), ANA_WRITES).events


@pytest.mark.parametrize(
    "left", [(), (UPLOADED, MediaDeleted(media=MEDIA)), (UPLOADED, MediaRejected(media=MEDIA, reason="x"))]
)
def test_what_is_not_there_is_no_cover(left: tuple[Any, ...]) -> None:
    knowing(of=left).refuses(draft(cover=MEDIA), ANA_WRITES, CoverUnknown, "/cover")
    knowing(DRAFTED, of=left).refuses(revise(cover=MEDIA), EDITOR, CoverUnknown, "/cover")


def test_anothers_medium_is_a_cover_for_editors_alone() -> None:
    knowing().refuses(draft(cover=MEDIA), BEN_WRITES, CoverUnknown, "/cover")
    assert knowing().when(draft(cover=MEDIA), EDITOR).events


def test_a_cover_that_was_deleted_since_is_kept_until_it_is_changed() -> None:
    deleted = (UPLOADED, MediaDeleted(media=MEDIA))
    command = revise(cover=MEDIA, title="Another")
    [event] = knowing(drafted(cover=MEDIA), of=deleted).when(command, ANA_WRITES).events
    assert isinstance(event, PostRevised)
    assert event.changed == ("title",)


def test_a_text_shows_what_whoever_wrote_it_may_show() -> None:
    for actor, expected in ((ANA_WRITES, (MEDIA,)), (EDITOR, (MEDIA,)), (BEN_WRITES, ())):
        [event] = knowing().when(draft(body=TEXT), actor).events
        assert isinstance(event, PostDrafted)
        assert event.media == expected


def test_another_author_does_not_hide_what_was_shown_nor_show_what_was_not() -> None:
    shown = drafted(authors=(ANA, BEN), body=TEXT, media=(MEDIA,))
    assert revised(shown) == ("body",)
    assert revised(drafted(authors=(ANA, BEN), body=TEXT)) == ("body",)
    [gone] = knowing(shown).when(revise(body="Nothing."), BEN_WRITES).events
    assert gone == PostRevised(post=POST, owner=ANA, changed=("body", "media"), body="Nothing.", media=())


def revised(post: PostDrafted) -> tuple[str, ...]:
    [event] = knowing(post).when(revise(body=f"{TEXT} indeed"), BEN_WRITES).events
    assert isinstance(event, PostRevised)
    return event.changed


def test_links_are_found_in_any_spelling_and_only_so_many() -> None:
    text = f"/media/{MEDIA}/w640 /media/{str(MEDIA).upper()} /media/{MEDIA}0 /media/x /media/{OTHER}?a"
    assert linked(text) == (MEDIA, OTHER)
    many = [UUID(int=number) for number in range(MOST_LINKED + 1)]
    assert linked(" ".join(f"/media/{medium}" for medium in many)) == tuple(many[:-1])
