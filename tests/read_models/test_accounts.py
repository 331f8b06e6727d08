import pytest

from domain.accounts import events as e
from domain.event import Event
from read_models.accounts import MODEL, Account
from tests.domain.histories import CREDITED, REGISTERED
from tests.domain.scenario import ANA
from tests.read_models.history import delivered

NOTHING_SHOWN = (
    e.PasswordChanged(account=ANA),
    e.PasswordResetRequested(account=ANA),
    e.ConfirmationRequested(account=ANA),
)


def account(*events: Event) -> Account:
    rows: list[Account] = list(delivered(MODEL, *events).rows["accounts"].values())
    return rows[0]


def test_a_registered_account_is_active_and_unconfirmed() -> None:
    found = account(REGISTERED)
    assert (found.status, found.roles, found.handle) == ("active", ("author",), "ana")
    assert (found.address, found.address_is_confirmed) == ("ana@example.org", False)


def test_a_credited_author_has_neither_address_nor_roles() -> None:
    assert (account(CREDITED).address, account(CREDITED).roles) == (None, ())


def test_a_new_address_waits_for_its_proof() -> None:
    asked = e.AddressChangeRequested(account=ANA, address="new@example.org")
    assert (account(REGISTERED, asked).address, account(REGISTERED, asked).new_address) == (
        "ana@example.org",
        "new@example.org",
    )
    changed = account(REGISTERED, asked, e.AddressChanged(account=ANA, address="new@example.org"))
    assert (changed.address, changed.address_is_confirmed, changed.new_address) == ("new@example.org", True, None)


def test_roles_are_granted_and_revoked() -> None:
    granted = e.RoleGranted(account=ANA, role="editor")
    assert account(REGISTERED, granted).roles == ("author", "editor")
    assert account(REGISTERED, granted, e.RoleRevoked(account=ANA, role="author")).roles == ("editor",)


def test_a_suspended_account_may_be_reinstated() -> None:
    suspended = e.AccountSuspended(account=ANA, reason="spam")
    assert account(REGISTERED, suspended).status == "suspended"
    assert account(REGISTERED, suspended, e.AccountReinstated(account=ANA)).status == "active"


def test_nothing_personal_outlives_a_closed_account() -> None:
    asked = e.AddressChangeRequested(account=ANA, address="new@example.org")
    shown = e.ProfileUpdated(account=ANA, changed=("picture",), picture="https://example.org/a.png")
    assert account(REGISTERED, shown).picture == "https://example.org/a.png"
    found = account(REGISTERED, asked, shown, e.AccountClosed(account=ANA, erase_content=False))
    assert (found.status, found.roles) == ("closed", ())
    assert (found.address, found.new_address, found.name, found.biography, found.picture) == (None,) * 5


def test_profile_handle_notices_and_confirmation_are_kept() -> None:
    found = account(
        REGISTERED,
        e.ProfileUpdated(account=ANA, changed=("biography", "language"), biography="Writes.", language="de"),
        e.HandleChanged(account=ANA, handle="anna"),
        e.NotificationsChosen(account=ANA, by_mail=("comment",)),
        e.AddressConfirmed(account=ANA),
    )
    assert (found.name, found.biography, found.language, found.time_zone) == ("Ana", "Writes.", "de", "UTC")
    assert (found.handle, found.notified_by_mail, found.address_is_confirmed) == ("anna", ("comment",), True)


@pytest.mark.parametrize("event", NOTHING_SHOWN)
def test_secret_matters_move_the_version_alone(event: Event) -> None:
    before, after = account(REGISTERED), account(REGISTERED, event)
    assert (before.version, after.version, before.address, after.roles) == (1, 2, after.address, before.roles)
