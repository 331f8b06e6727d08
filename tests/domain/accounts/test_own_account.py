"""What people do with their own accounts."""

from typing import Any

import pytest

from domain.accounts.account_command import AccountCommand
from domain.accounts.change_handle import ChangeHandle
from domain.accounts.change_password import ChangePassword
from domain.accounts.choose_notifications import ChooseNotifications
from domain.accounts.close_account import CloseAccount
from domain.accounts.events import (
    AccountClosed,
    AccountSuspended,
    HandleChanged,
    NotificationsChosen,
    PasswordChanged,
    ProfileUpdated,
)
from domain.accounts.refusals import (
    AccountIsClosed,
    AccountIsSuspended,
    HandleTaken,
    NoAddress,
    NoSuchAccount,
    PasswordMissing,
)
from domain.accounts.request_address_change import RequestAddressChange
from domain.accounts.request_password_reset import RequestPasswordReset
from domain.accounts.resend_confirmation import ResendConfirmation
from domain.accounts.update_profile import UpdateProfile
from domain.command import Name, Secret
from domain.event import Scope
from domain.rights import NotYourAccount, SignInRequired
from tests.domain.histories import CREDITED, REGISTERED
from tests.domain.scenario import ADMIN, ANA, ANA_WRITES, ANONYMOUS, BEN_WRITES, SYSTEM, given

SUSPENDED = AccountSuspended(account=ANA, reason="spam")
CLOSED = AccountClosed(account=ANA, erase_content=False)
ADDRESS = Name("address", "ana@example.org", is_private=True)
OWN: list[AccountCommand] = [
    ChangeHandle(account=ANA, handle="anna"),
    ChangePassword(account=ANA),
    ChooseNotifications(account=ANA, by_mail=["reply"]),
    RequestAddressChange(account=ANA, address="new@example.org"),
    RequestPasswordReset(account=ANA),
    ResendConfirmation(account=ANA),
    UpdateProfile(account=ANA, name="Anna"),
]


@pytest.mark.parametrize("command", OWN, ids=lambda c: type(c).__name__)
def test_an_account_is_its_own(command: AccountCommand) -> None:
    hashed = given(REGISTERED).knowing(password_hash="hash")
    hashed.refuses(command, ANONYMOUS, SignInRequired)
    hashed.refuses(command, BEN_WRITES, NotYourAccount)
    assert hashed.when(command, ANA_WRITES).events
    assert hashed.when(command, SYSTEM).events
    given().refuses(command, ANA_WRITES, NoSuchAccount)


@pytest.mark.parametrize("command", OWN, ids=lambda c: type(c).__name__)
def test_a_suspended_or_closed_account_does_not_act(command: AccountCommand) -> None:
    given(REGISTERED, SUSPENDED).refuses(command, ANA_WRITES, AccountIsSuspended)
    given(REGISTERED, CLOSED).refuses(command, ANA_WRITES, AccountIsClosed)


def test_a_changed_handle_is_claimed_and_the_old_one_kept() -> None:
    decision = given(REGISTERED).when(ChangeHandle(account=ANA, handle="Anna"), ANA_WRITES)
    assert decision.events == (HandleChanged(account=ANA, handle="anna"),)
    assert (decision.claims, decision.releases) == ((Name("handle", "anna"),), ())


def test_an_old_handle_may_be_taken_back() -> None:
    history = (REGISTERED, HandleChanged(account=ANA, handle="anna"))
    decision = given(*history).when(ChangeHandle(account=ANA, handle="ana"), ANA_WRITES)
    assert decision.events == (HandleChanged(account=ANA, handle="ana"),)
    assert decision.claims == ()
    assert given(*history).when(ChangeHandle(account=ANA, handle="anna"), ANA_WRITES).events == ()


def test_a_handle_of_another_is_refused() -> None:
    taken = given(REGISTERED).knowing(taken=frozenset({Name("handle", "anna")}))
    taken.refuses(ChangeHandle(account=ANA, handle="anna"), ANA_WRITES, HandleTaken, "/handle")


def test_a_new_password_ends_a_reset() -> None:
    decision = given(REGISTERED).knowing(password_hash="hash").when(ChangePassword(account=ANA), ANA_WRITES)
    assert decision.events == (PasswordChanged(account=ANA),)
    assert decision.secrets == (Secret("password", "hash"), Secret("reset", None))
    given(REGISTERED).refuses(ChangePassword(account=ANA), ANA_WRITES, PasswordMissing, "/password")


@pytest.mark.parametrize(
    "command",
    [
        ChangePassword(account=ANA),
        RequestPasswordReset(account=ANA),
        RequestAddressChange(account=ANA, address="a@example.org"),
    ],
)
def test_a_credited_author_has_no_address(command: AccountCommand) -> None:
    given(CREDITED).knowing(password_hash="hash").refuses(command, ADMIN, NoAddress)


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"name": "Anna"}, ("name",)),
        ({"name": "Ana", "language": "EN"}, ()),
        ({"biography": "Writes."}, ("biography",)),
        ({"biography": None}, ()),
        ({"picture": "https://example.org/ana.png"}, ("picture",)),
        ({"picture": None}, ()),
        ({"language": "de", "time_zone": "Europe/Vienna", "name": "Ana"}, ("language", "time_zone")),
    ],
)
def test_a_profile_keeps_what_is_left_out(changes: dict[str, Any], changed: tuple[str, ...]) -> None:
    events = given(REGISTERED).when(UpdateProfile(account=ANA, **changes), ANA_WRITES).events
    assert [event.changed for event in events if isinstance(event, ProfileUpdated)] == ([changed] if changed else [])
    again = given(REGISTERED, *events).when(UpdateProfile(account=ANA, **changes), ANA_WRITES)
    assert again.events == ()


@pytest.mark.parametrize(
    "picture",
    [
        "",
        "ana.png",
        "ftp://example.org/a",
        "javascript:alert(1)",
        "https://a b",
        'https://a"b',
        "https://" + "a" * 2000,
    ],
)
def test_a_picture_is_the_address_of_one(picture: str) -> None:
    with pytest.raises(ValueError, match="picture"):
        UpdateProfile(account=ANA, picture=picture)


def test_a_biography_can_be_cleared_but_a_name_cannot() -> None:
    written = ProfileUpdated(account=ANA, changed=("biography",), biography="Writes.")
    cleared = UpdateProfile(account=ANA, biography=None)
    assert given(REGISTERED, written).when(cleared, ANA_WRITES).events == (
        ProfileUpdated(account=ANA, changed=("biography",)),
    )
    with pytest.raises(ValueError, match="name cannot be null"):
        UpdateProfile(account=ANA, name=None)


def test_chosen_notices_are_a_set() -> None:
    command = ChooseNotifications(account=ANA, by_mail=["reply", "comment", "reply"])
    events = given(REGISTERED).when(command, ANA_WRITES).events
    assert events == (NotificationsChosen(account=ANA, by_mail=("comment", "reply")),)
    assert given(REGISTERED, *events).when(command, ANA_WRITES).events == ()


def test_closing_erases_the_identity_and_frees_the_address() -> None:
    decision = given(REGISTERED).when(CloseAccount(account=ANA), ANA_WRITES)
    assert decision.events == (CLOSED,)
    assert decision.releases == (ADDRESS,)
    assert decision.destroyed_keys == ((ANA, Scope.IDENTITY),)
    assert {secret.kind for secret in decision.secrets} == {"password", "confirmation", "address", "reset"}
    assert all(secret.value is None for secret in decision.secrets)


def test_closing_erases_what_was_written_when_asked_at_once_or_later() -> None:
    erase = CloseAccount(account=ANA, erase_content=True)
    both = ((ANA, Scope.IDENTITY), (ANA, Scope.CONTENT))
    assert given(REGISTERED).when(erase, ANA_WRITES).destroyed_keys == both
    later = given(REGISTERED, CLOSED).when(erase, ADMIN)
    assert (later.destroyed_keys, later.releases) == (both, ())
    assert given(REGISTERED, CLOSED, *later.events).when(erase, ADMIN).events == ()


def test_a_suspended_account_may_still_be_closed_by_its_owner() -> None:
    assert given(REGISTERED, SUSPENDED).when(CloseAccount(account=ANA), ANA_WRITES).events
    given(REGISTERED).refuses(CloseAccount(account=ANA), BEN_WRITES, NotYourAccount)
