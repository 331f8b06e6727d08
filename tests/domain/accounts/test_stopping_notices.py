"""Stopping one kind of notice."""

from domain.accounts.events import AccountClosed, AccountSuspended, NotificationsChosen
from domain.accounts.refusals import AccountIsClosed
from domain.accounts.stop_notifications import StopNotifications
from domain.rights import NotYourAccount
from tests.domain.histories import REGISTERED
from tests.domain.scenario import ANA, ANA_WRITES, BEN_WRITES, given

SUSPENDED = AccountSuspended(account=ANA, reason="spam")
CLOSED = AccountClosed(account=ANA, erase_content=False)


def test_one_kind_of_notice_is_stopped_and_the_others_go_on() -> None:
    chosen = NotificationsChosen(account=ANA, by_mail=("comment", "digest", "reply"))
    stop = StopNotifications(account=ANA, notice="digest")
    left = NotificationsChosen(account=ANA, by_mail=("comment", "reply"))
    assert given(REGISTERED, chosen).when(stop, ANA_WRITES).events == (left,)
    assert given(REGISTERED, chosen, left).when(stop, ANA_WRITES).events == ()
    assert given(REGISTERED).when(stop, ANA_WRITES).events == ()


def test_a_suspended_account_may_stop_its_notices_and_nobody_elses() -> None:
    chosen = NotificationsChosen(account=ANA, by_mail=("digest",))
    stop = StopNotifications(account=ANA, notice="digest")
    assert given(REGISTERED, chosen, SUSPENDED).when(stop, ANA_WRITES).events
    given(REGISTERED, chosen).refuses(stop, BEN_WRITES, NotYourAccount)
    given(REGISTERED, chosen, CLOSED).refuses(stop, ANA_WRITES, AccountIsClosed)
