"""What admins do with accounts."""

import pytest

from domain.accounts.account_command import AccountCommand
from domain.accounts.events import (
    AccountClosed,
    AccountReinstated,
    AccountSuspended,
    RoleGranted,
    RoleRevoked,
)
from domain.accounts.grant_role import GrantRole
from domain.accounts.refusals import AccountIsClosed, NoAddress, NoSuchAccount, OwnRights
from domain.accounts.reinstate_account import ReinstateAccount
from domain.accounts.revoke_role import RevokeRole
from domain.accounts.suspend_account import SuspendAccount
from domain.command import Actor
from domain.rights import AdminsOnly, SignInRequired
from tests.domain.histories import CREDITED, REGISTERED
from tests.domain.scenario import ADMIN, ANA, ANA_WRITES, ANONYMOUS, EDITOR, given

SUSPENDED = AccountSuspended(account=ANA, reason="spam")
CLOSED = AccountClosed(account=ANA, erase_content=False)
GRANTED = RoleGranted(account=ANA, role="admin")
ANA_RULES = Actor(ANA, frozenset({"admin"}))
GRANT = GrantRole(account=ANA, role="admin")
REVOKE = RevokeRole(account=ANA, role="admin")
SUSPEND = SuspendAccount(account=ANA, reason="spam")
REINSTATE = ReinstateAccount(account=ANA)


@pytest.mark.parametrize("command", [GRANT, REVOKE, SUSPEND, REINSTATE], ids=lambda c: type(c).__name__)
def test_only_admins_administer(command: AccountCommand) -> None:
    given(REGISTERED).refuses(command, ANONYMOUS, SignInRequired)
    given(REGISTERED).refuses(command, ANA_WRITES, AdminsOnly)
    given(REGISTERED).refuses(command, EDITOR, AdminsOnly)
    given().refuses(command, ADMIN, NoSuchAccount)
    given(REGISTERED, CLOSED).refuses(command, ADMIN, AccountIsClosed)


def test_roles_are_granted_and_revoked_once() -> None:
    assert given(REGISTERED).when(GRANT, ADMIN).events == (GRANTED,)
    assert given(REGISTERED, GRANTED).when(GRANT, ADMIN).events == ()
    assert given(REGISTERED, GRANTED).when(REVOKE, ADMIN).events == (RoleRevoked(account=ANA, role="admin"),)
    assert given(REGISTERED).when(REVOKE, ADMIN).events == ()


def test_a_role_means_nothing_to_a_credited_author() -> None:
    given(CREDITED).refuses(GRANT, ADMIN, NoAddress)


def test_an_admin_keeps_their_own_rights() -> None:
    given(REGISTERED, GRANTED).refuses(REVOKE, ANA_RULES, OwnRights, "/role")
    given(REGISTERED, GRANTED).refuses(SUSPEND, ANA_RULES, OwnRights)


def test_an_account_is_suspended_and_reinstated() -> None:
    assert given(REGISTERED).when(SUSPEND, ADMIN).events == (SUSPENDED,)
    assert given(REGISTERED, SUSPENDED).when(SUSPEND, ADMIN).events == ()
    assert given(REGISTERED, SUSPENDED).when(REINSTATE, ADMIN).events == (AccountReinstated(account=ANA),)
    assert given(REGISTERED).when(REINSTATE, ADMIN).events == ()
