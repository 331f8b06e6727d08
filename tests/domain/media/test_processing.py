"""What jobs say of media."""

from domain.media.delete_media import DeleteMedia
from domain.media.events import MediaDeleted, MediaProcessed, MediaRejected, Variant
from domain.media.record_media_processed import RecordMediaProcessed
from domain.media.record_media_rejected import RecordMediaRejected
from domain.media.refusals import NoSuchMedia
from domain.rights import OnlyTheSystem
from tests.domain.histories import UPLOADED
from tests.domain.scenario import ANA, ANA_WRITES, EDITOR, MEDIA, STORED, SYSTEM, given

SMALL = Variant(name="w640", sha256="b" * 64, media_type="image/webp", size_bytes=99, width=640, height=480)
LARGE = SMALL.model_copy(update={"name": "w1280", "sha256": "c" * 64})
GLANCE = {"colour": "#336699", "placeholder": "data:image/webp;base64,AAAA"}
PROCESS = RecordMediaProcessed(media=MEDIA, width=800, height=600, variants=(SMALL,), **GLANCE)
PROCESSED = MediaProcessed(owner=ANA, duration_ms=None, media=MEDIA, width=800, height=600, variants=(SMALL,), **GLANCE)
REJECT, REJECTED = RecordMediaRejected(media=MEDIA, reason="torn"), MediaRejected(media=MEDIA, reason="torn")


def test_variants_are_recorded_once() -> None:
    assert given(UPLOADED).when(PROCESS, SYSTEM).events == (PROCESSED,)
    assert given(UPLOADED, PROCESSED).when(PROCESS, SYSTEM).events == ()


def test_new_variants_let_the_bytes_of_the_old_ones_go() -> None:
    anew = PROCESS.model_copy(update={"variants": (LARGE,)})
    decision = given(UPLOADED, PROCESSED).when(anew, SYSTEM)
    assert [name.value for name in decision.claims] == [f"{LARGE.sha256}/{MEDIA}"]
    assert [name.value for name in decision.releases] == [f"{SMALL.sha256}/{MEDIA}"]


def test_deleting_lets_all_bytes_go() -> None:
    released = given(UPLOADED, PROCESSED).when(DeleteMedia(media=MEDIA), ANA_WRITES).releases
    assert {name.value for name in released} == {f"{STORED.sha256}/{MEDIA}", f"{SMALL.sha256}/{MEDIA}"}


def test_what_cannot_be_shown_is_rejected_once() -> None:
    assert given(UPLOADED).when(REJECT, SYSTEM).events == (REJECTED,)
    assert given(UPLOADED, REJECTED).when(REJECT, SYSTEM).events == ()


def test_only_jobs_say_so_and_only_of_what_is_there() -> None:
    for command in (PROCESS, REJECT):
        given(UPLOADED).refuses(command, EDITOR, OnlyTheSystem)
        given(UPLOADED, MediaDeleted(media=MEDIA)).refuses(command, SYSTEM, NoSuchMedia)
