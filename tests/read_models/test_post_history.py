from typing import Any

from domain.event import Event
from domain.posts import events as e
from read_models.post_history import MODEL, Change
from tests.domain.histories import DRAFTED, PUBLISHED, drafted
from tests.domain.posts.schedules import SCHEDULED
from tests.domain.scenario import ANA, NOW, POST
from tests.read_models.history import delivered


def history(*events: Event) -> list[Change]:
    rows = delivered(MODEL, *events).rows["post_history"]
    return [rows[key] for key in sorted(rows)]


def revised(*changed: str, **values: Any) -> e.PostRevised:
    return e.PostRevised(post=POST, owner=ANA, changed=changed, **values)


def test_every_version_keeps_what_it_changed() -> None:
    first, second, third = history(drafted(body="One"), revised("body", body="Two"), e.SlugChanged(post=POST, slug="b"))
    assert (first.version, first.kind, first.body, first.status) == (1, "drafted", "One", "draft")
    assert (second.version, second.changed, second.body, second.title) == (2, ("body",), "Two", None)
    assert (third.kind, third.changed, third.slug) == ("renamed", ("slug",), "b")


def test_what_became_of_a_post_is_kept_as_well() -> None:
    leaving = (e.PostUnpublished(post=POST), PUBLISHED, e.PostArchived(post=POST), e.PostRestored(post=POST))
    kinds = [change.kind for change in history(DRAFTED, PUBLISHED, *leaving)]
    assert kinds == ["drafted", "published", "unpublished", "published", "archived", "restored"]
    assert history(DRAFTED, PUBLISHED)[1].published_at == NOW


def test_a_field_that_is_no_part_of_history_changes_nothing_here() -> None:
    assert history(DRAFTED, revised("category"))[1].changed == ()


def test_a_deleted_post_leaves_nothing_of_any_version() -> None:
    other = drafted(post=ANA, slug="other")
    found = history(DRAFTED, other, revised("body", body="Two"), PUBLISHED, e.PostDeleted(post=POST))
    assert [(change.post, change.version) for change in found] == [(ANA, 1)]


def test_an_erased_text_folds_to_nothing() -> None:
    found = history(drafted(title=None, body=None, excerpt=None), revised("body", body=None))
    assert [(change.title, change.body) for change in found] == [(None, None)] * 2


def test_schedules_are_a_part_of_history() -> None:
    _, scheduled, unscheduled = history(DRAFTED, SCHEDULED, e.PostUnscheduled(post=POST))
    assert (scheduled.kind, scheduled.status, scheduled.publish_at) == ("scheduled", "scheduled", SCHEDULED.publish_at)
    assert scheduled.changed == unscheduled.changed == ("status", "publish_at")
    assert (unscheduled.kind, unscheduled.status, unscheduled.publish_at) == ("unscheduled", "draft", None)
