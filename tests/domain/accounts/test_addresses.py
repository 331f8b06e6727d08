from datetime import timedelta

from domain.accounts.confirm_address import ConfirmAddress
from domain.accounts.events import AddressChanged, AddressChangeRequested, AddressConfirmed, ConfirmationRequested
from domain.accounts.refusals import AddressTaken, NothingToConfirm
from domain.accounts.request_address_change import RequestAddressChange
from domain.accounts.request_password_reset import RequestPasswordReset
from domain.accounts.resend_confirmation import ResendConfirmation
from domain.command import Name, Secret
from domain.rights import OnlyTheSystem
from tests.domain.histories import REGISTERED
from tests.domain.scenario import ADMIN, ANA, ANA_WRITES, NOW, SYSTEM, given

CONFIRMED = AddressConfirmed(account=ANA)
REQUESTED = AddressChangeRequested(account=ANA, address="new@example.org")
CHANGED = AddressChanged(account=ANA, address="new@example.org")
CONFIRM = ConfirmAddress(account=ANA)
CONFIRM_CHANGE = ConfirmAddress(account=ANA, is_change=True)
OLD = Name("address", "ana@example.org", is_private=True)
NEW = Name("address", "new@example.org", is_private=True)


def test_a_used_link_confirms_once() -> None:
    decision = given(REGISTERED).when(CONFIRM, SYSTEM)
    assert (decision.events, decision.secrets) == ((CONFIRMED,), (Secret("confirmation", None),))
    assert given(REGISTERED, CONFIRMED).when(CONFIRM, SYSTEM).events == ()


def test_nobody_confirms_without_the_link() -> None:
    given(REGISTERED).refuses(CONFIRM, ANA_WRITES, OnlyTheSystem)


def test_a_new_address_waits_for_its_link() -> None:
    command = RequestAddressChange(account=ANA, address="new@example.org")
    decision = given(REGISTERED).knowing(one_time_token="token").when(command, ANA_WRITES)
    assert decision.events == (REQUESTED,)
    assert decision.claims == ()
    assert decision.secrets == (Secret("address", "token", NOW + timedelta(days=1)),)


def test_a_used_link_moves_the_claim_to_the_new_address() -> None:
    decision = given(REGISTERED, REQUESTED).when(CONFIRM_CHANGE, SYSTEM)
    assert decision.events == (CHANGED,)
    assert (decision.claims, decision.releases) == ((NEW,), (OLD,))
    given(REGISTERED, REQUESTED, CHANGED).refuses(CONFIRM_CHANGE, SYSTEM, NothingToConfirm)


def test_an_address_in_another_case_keeps_its_claim() -> None:
    command = RequestAddressChange(account=ANA, address="ANA@example.org")
    requested = given(REGISTERED).when(command, ANA_WRITES).events
    decision = given(REGISTERED, *requested).when(CONFIRM_CHANGE, SYSTEM)
    assert decision.events == (AddressChanged(account=ANA, address="ANA@example.org"),)
    assert (decision.claims, decision.releases) == ((), ())


def test_an_address_of_another_is_refused() -> None:
    taken = frozenset({NEW})
    request = RequestAddressChange(account=ANA, address="new@example.org")
    given(REGISTERED).knowing(taken=taken).refuses(request, ANA_WRITES, AddressTaken, "/address")
    given(REGISTERED, REQUESTED).knowing(taken=taken).refuses(CONFIRM_CHANGE, SYSTEM, AddressTaken, "/address")


def test_the_same_address_is_no_change() -> None:
    same = RequestAddressChange(account=ANA, address="ana@example.org")
    assert given(REGISTERED).when(same, ANA_WRITES).events == ()


def test_a_link_is_sent_again_to_the_address_that_waits() -> None:
    resend = ResendConfirmation(account=ANA)
    fresh = given(REGISTERED).knowing(one_time_token="token").when(resend, ANA_WRITES)
    assert fresh.events == (ConfirmationRequested(account=ANA),)
    assert [secret.kind for secret in fresh.secrets] == ["confirmation"]
    changing = given(REGISTERED, CONFIRMED, REQUESTED).knowing(one_time_token="token").when(resend, ANA_WRITES)
    assert [secret.kind for secret in changing.secrets] == ["address"]
    given(REGISTERED, CONFIRMED).refuses(resend, ADMIN, NothingToConfirm)


def test_a_reset_link_lasts_an_hour() -> None:
    decision = given(REGISTERED).knowing(one_time_token="token").when(RequestPasswordReset(account=ANA), SYSTEM)
    assert decision.secrets == (Secret("reset", "token", NOW + timedelta(hours=1)),)
