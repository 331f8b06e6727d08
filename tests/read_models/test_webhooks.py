"""Webhooks as admins list them."""

from typing import Any

from domain.event import Event
from domain.webhooks.events import (
    WebhookChanged,
    WebhookPaused,
    WebhookRegistered,
    WebhookRemoved,
    WebhookResumed,
    WebhookTestRequested,
)
from read_models.webhooks import MODEL
from tests.domain.scenario import ANA, HOOK
from tests.read_models.history import delivered

URL = "https://example.org/hooks"
KINDS = ("post.published", "post.withdrawn")
REGISTERED = WebhookRegistered(webhook=HOOK, owner=ANA, url=URL, kinds=KINDS, description="Mine", place=1)
PAUSED = WebhookPaused(webhook=HOOK, reason="410", is_automatic=True)


def row_after(*events: Event) -> Any:
    return delivered(MODEL, *events).rows["webhooks"].get((HOOK,))


def test_a_hook_is_listed_as_it_was_registered() -> None:
    row = row_after(REGISTERED)
    assert (row.url, row.kinds, row.description) == (URL, " ".join(KINDS), "Mine")
    assert (row.status, row.reason, row.is_automatic, row.version) == ("active", None, False, 1)


def test_a_change_leaves_what_it_does_not_name() -> None:
    changed = WebhookChanged(webhook=HOOK, changed=("kinds", "rotate_secret"), kinds=("post.changed",))
    row = row_after(REGISTERED, changed)
    assert (row.url, row.kinds, row.description, row.version) == (URL, "post.changed", "Mine", 2)


def test_a_pause_says_why_until_it_is_over() -> None:
    paused = row_after(REGISTERED, PAUSED, WebhookTestRequested(webhook=HOOK))
    assert (paused.status, paused.reason, paused.is_automatic, paused.version) == ("paused", "410", True, 3)
    resumed = row_after(REGISTERED, PAUSED, WebhookResumed(webhook=HOOK))
    assert (resumed.status, resumed.reason, resumed.is_automatic) == ("active", None, False)


def test_what_is_removed_is_gone() -> None:
    assert row_after(REGISTERED, WebhookRemoved(webhook=HOOK)) is None
