"""Registering hooks, changing them, pausing them, taking them away."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.command import Name, Secret
from domain.rights import AdminsOnly, SignInRequired
from domain.webhooks.change_webhook import ChangeWebhook
from domain.webhooks.events import (
    WebhookChanged,
    WebhookPaused,
    WebhookRegistered,
    WebhookRemoved,
    WebhookResumed,
    WebhookTestRequested,
)
from domain.webhooks.kinds import KINDS
from domain.webhooks.pause_webhook import PauseWebhook
from domain.webhooks.places import MOST, place_name
from domain.webhooks.refusals import (
    HttpsRequired,
    NoSuchWebhook,
    SigningSecretMissing,
    TooManyWebhooks,
    WebhookExists,
)
from domain.webhooks.register_webhook import RegisterWebhook
from domain.webhooks.remove_webhook import RemoveWebhook
from domain.webhooks.resume_webhook import ResumeWebhook
from domain.webhooks.test_webhook import TestWebhook as TryWebhook
from read_models import changes
from tests.domain.scenario import ADMIN, ANONYMOUS, EDITOR, HOOK, NOW, SYSTEM, given

URL = "https://example.org/hooks"
REGISTER = RegisterWebhook(webhook=HOOK, url=URL)
REGISTERED = WebhookRegistered(webhook=HOOK, owner=ADMIN.account, url=URL, kinds=KINDS, description="", place=1)
PAUSED = WebhookPaused(webhook=HOOK, reason="", is_automatic=False)
REMOVED = WebhookRemoved(webhook=HOOK)
PAUSE, RESUME, REMOVE = PauseWebhook(webhook=HOOK), ResumeWebhook(webhook=HOOK), RemoveWebhook(webhook=HOOK)
TRY, CHANGE = TryWebhook(webhook=HOOK), ChangeWebhook(webhook=HOOK, description="Another")
OTHERS: list[Any] = [PAUSE, RESUME, REMOVE, TRY, CHANGE]
WITH_SECRET = given().knowing(signing_secret="new")


def test_a_registered_hook_takes_a_place_and_its_secret_lies_beside_the_log() -> None:
    decision = WITH_SECRET.when(REGISTER, ADMIN)
    assert decision.events == (REGISTERED,)
    assert decision.claims == (Name("webhook", "place"),)
    assert decision.secrets == (Secret("webhook", "new"),)
    assert "new" not in REGISTERED.model_dump_json()


def test_there_are_so_many_hooks_and_no_more() -> None:
    taken = frozenset(map(place_name, range(1, MOST)))
    [event] = WITH_SECRET.knowing(taken=taken).when(REGISTER, ADMIN).events
    assert event == REGISTERED.model_copy(update={"place": MOST})
    WITH_SECRET.knowing(taken=taken | {place_name(MOST)}).refuses(REGISTER, ADMIN, TooManyWebhooks)


def test_hooks_are_looked_after_by_admins_alone() -> None:
    for command in [REGISTER, *OTHERS]:
        given(REGISTERED).refuses(command, ANONYMOUS, SignInRequired)
        given(REGISTERED).refuses(command, EDITOR, AdminsOnly)


def test_a_secret_is_made_at_a_door_alone() -> None:
    given().refuses(REGISTER, ADMIN, SigningSecretMissing)
    given(REGISTERED).refuses(ChangeWebhook(webhook=HOOK, rotate_secret=True), ADMIN, SigningSecretMissing)


def test_nothing_is_sent_in_the_clear_unless_the_operator_allows_it() -> None:
    plain = RegisterWebhook(webhook=HOOK, url="http://example.org")
    WITH_SECRET.refuses(plain, ADMIN, HttpsRequired, "/url")
    assert WITH_SECRET.knowing(allows_http=True).when(plain, ADMIN).events
    given(REGISTERED).refuses(ChangeWebhook(webhook=HOOK, url="http://example.org"), ADMIN, HttpsRequired, "/url")


def test_a_change_says_what_is_new_alone() -> None:
    change = ChangeWebhook(webhook=HOOK, url=URL, kinds=("comment.published", "post.changed", "post.changed"))
    changed = WebhookChanged(webhook=HOOK, changed=("kinds",), kinds=("post.changed", "comment.published"))
    assert given(REGISTERED).when(change, ADMIN).events == (changed,)
    assert given(REGISTERED, changed).when(change, ADMIN).events == ()


def test_a_new_secret_signs_beside_the_former_for_a_day() -> None:
    rotation = given(REGISTERED).knowing(signing_secret="new", former_secret="old")
    decision = rotation.when(ChangeWebhook(webhook=HOOK, rotate_secret=True), ADMIN)
    assert decision.events == (WebhookChanged(webhook=HOOK, changed=("rotate_secret",)),)
    day = NOW + timedelta(days=1)
    assert decision.secrets == (Secret("webhook", "new"), Secret("webhook_former", "old", day))


def test_a_hook_is_paused_once_and_resumed_once() -> None:
    assert given(REGISTERED).when(PAUSE, ADMIN).events == (PAUSED,)
    assert given(REGISTERED, PAUSED).when(PAUSE, ADMIN).events == ()
    assert given(REGISTERED, PAUSED).when(RESUME, ADMIN).events == (WebhookResumed(webhook=HOOK),)
    assert given(REGISTERED).when(RESUME, ADMIN).events == ()
    [event] = given(REGISTERED).when(PauseWebhook(webhook=HOOK, reason="dead"), SYSTEM).events
    assert event == WebhookPaused(webhook=HOOK, reason="dead", is_automatic=True)


def test_a_paused_hook_may_be_tried() -> None:
    assert given(REGISTERED, PAUSED).when(TRY, ADMIN).events == (WebhookTestRequested(webhook=HOOK),)


def test_a_hook_that_is_removed_leaves_its_place_and_its_secrets() -> None:
    decision = given(REGISTERED).when(REMOVE, ADMIN)
    assert decision.releases == (Name("webhook", "place"),)
    assert decision.secrets == (Secret("webhook", None), Secret("webhook_former", None))
    for command in OTHERS:
        given(REGISTERED, REMOVED).refuses(command, ADMIN, NoSuchWebhook)
        given().refuses(command, ADMIN, NoSuchWebhook)
    given(REGISTERED, REMOVED).refuses(REGISTER, ADMIN, WebhookExists, "/webhook")


def test_hooks_are_told_what_listeners_are() -> None:
    assert set(KINDS) == set(changes.KINDS)


@pytest.mark.parametrize(
    "url", [URL, "https://example.org", "https://[2606:4700::1111]:8443/a?b=c", "https://example.org:8443/%20"]
)
def test_addresses_of_the_web_are_taken(url: str) -> None:
    assert RegisterWebhook(webhook=HOOK, url=f" {url} ").url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org",
        "file:///etc/passwd",
        "https://",
        "https:///hooks",
        "https://ana:secret@example.org",
        "https://example.org@evil.example",
        "https://example.org#a",
        "https://example.org:22",
        "https://example.org:0",
        "https://example.org:99999",
        "https://example.org:port",
        "https://a b.example",
        "https://example.org/\na",
        "https://example.org\\@evil.example",
        "https://b\u00fccher.example",
        "https://[::1",
        f"https://example.org/{'a' * 2000}",
    ],
)
def test_what_is_no_such_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        RegisterWebhook(webhook=HOOK, url=url)


@pytest.mark.parametrize("kinds", [(), ("post.drafted",), ("webhook.test",)])
def test_a_hook_is_told_of_what_is_public_alone(kinds: Any) -> None:
    with pytest.raises(ValidationError):
        RegisterWebhook(webhook=HOOK, url=URL, kinds=kinds)
