"""Taking media in, describing them, taking them away."""

from dataclasses import replace
from typing import Any

import pytest

from domain.command import Actor
from domain.media.delete_media import DeleteMedia
from domain.media.describe_media import DescribeMedia
from domain.media.events import MediaDeleted, MediaDescribed
from domain.media.refusals import MediaExists, NoSuchMedia, NothingUploaded, NotYourMedia, OwnerMissing
from domain.media.upload_media import UploadMedia
from domain.posts.refusals import AuthorRoleRequired
from domain.rights import SignInRequired
from tests.domain.histories import UPLOADED, uploaded
from tests.domain.scenario import (
    ANA,
    ANA_WRITES,
    ANONYMOUS,
    BEN_WRITES,
    EDITOR,
    MEDIA,
    STORED,
    SYSTEM,
    given,
)

UPLOAD = UploadMedia(media=MEDIA, filename="sea.png")
DESCRIBE, DELETE = DescribeMedia(media=MEDIA, alt="The sea."), DeleteMedia(media=MEDIA)
DESCRIBED, DELETED = MediaDescribed(media=MEDIA, owner=ANA, alt="The sea."), MediaDeleted(media=MEDIA)
STORING = given().knowing(stored_bytes=STORED)


def test_an_upload_says_what_was_found_in_the_bytes() -> None:
    decision = STORING.when(UPLOAD, ANA_WRITES)
    assert decision.events == (UPLOADED,)
    assert [name.value for name in decision.claims] == [f"{STORED.sha256}/{MEDIA}"]


def test_no_medium_is_without_bytes() -> None:
    given().refuses(UPLOAD, ANA_WRITES, NothingUploaded)


def test_an_upload_is_an_authors() -> None:
    STORING.refuses(UPLOAD, ANONYMOUS, SignInRequired)
    STORING.refuses(UPLOAD, Actor(ANA), AuthorRoleRequired)
    STORING.refuses(UPLOAD, SYSTEM, OwnerMissing)
    given(UPLOADED).knowing(stored_bytes=STORED).refuses(UPLOAD, ANA_WRITES, MediaExists, "/media")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [("a.png", "a.png"), ("/etc/passwd", "passwd"), (r"C:\pictures\sea.png", "sea.png"), ("../..", ".."), ("a/", None)],
)
def test_of_a_path_only_the_name_is_kept(given_name: str, kept: str | None) -> None:
    [event] = STORING.when(UploadMedia(media=MEDIA, filename=given_name), ANA_WRITES).events
    assert event == uploaded(filename=kept)


@pytest.mark.parametrize("filename", ["a\x00b", "a\nb", "\ud800", "x" * 256])
def test_names_that_no_system_has_are_refused(filename: str) -> None:
    with pytest.raises(ValueError, match="filename"):
        UploadMedia(media=MEDIA, filename=filename)


def test_owners_and_editors_describe_and_delete() -> None:
    for actor in (ANA_WRITES, EDITOR):
        assert given(UPLOADED).when(DESCRIBE, actor).events == (DESCRIBED,)
        decision = given(UPLOADED).when(DELETE, actor)
        assert (decision.events, len(decision.releases)) == ((DELETED,), 1)
    for command in (DESCRIBE, DELETE):
        given(UPLOADED).refuses(command, BEN_WRITES, NotYourMedia)
        given(UPLOADED).refuses(command, ANONYMOUS, SignInRequired)


def test_the_same_description_is_no_event() -> None:
    assert given(UPLOADED, DESCRIBED).when(DESCRIBE, ANA_WRITES).events == ()


@pytest.mark.parametrize("command", [DESCRIBE, DELETE])
def test_what_is_deleted_is_gone(command: Any) -> None:
    given(UPLOADED, DELETED).refuses(command, ANA_WRITES, NoSuchMedia)
    given().refuses(command, ANA_WRITES, NoSuchMedia)


def test_an_id_is_not_used_again() -> None:
    again = replace(STORED, sha256="b" * 64)
    given(UPLOADED, DELETED).knowing(stored_bytes=again).refuses(UPLOAD, ANA_WRITES, MediaExists, "/media")
