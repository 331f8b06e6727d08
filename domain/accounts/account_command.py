"""What all commands on an account share."""

from typing import Any, ClassVar
from uuid import UUID

from domain.accounts.account import Account
from domain.accounts.refusals import AccountIsClosed, AccountIsSuspended, NoSuchAccount
from domain.command import Actor, Command


class AccountCommand(Command):
    aggregate: ClassVar[type[Any]] = Account

    account: UUID

    @property
    def stream(self) -> str:
        return f"account-{self.account}"

    @property
    def partition_key(self) -> str:
        return str(self.account)


def existing(state: Account | None) -> Account:
    """Gives the state of an account that was ever there.

    Raises:
        NoSuchAccount: it was not.
    """
    if state is None:
        raise NoSuchAccount("There is no such account.")
    return state


def open_account(state: Account | None) -> Account:
    """Gives the state of an account that is not closed.

    Raises:
        NoSuchAccount: there is none.
        AccountIsClosed: it is closed for good.
    """
    account = existing(state)
    if account.status == "closed":
        raise AccountIsClosed("The account is closed; that is final.")
    return account


def acting_account(state: Account | None, actor: Actor) -> Account:
    """Gives the state of an account that may do things for itself; admins may act on a suspended one.

    Raises:
        NoSuchAccount, AccountIsClosed: as above.
        AccountIsSuspended: it is suspended.
    """
    account = open_account(state)
    if account.status == "suspended" and not actor.is_admin:
        raise AccountIsSuspended("The account is suspended; an admin may reinstate it.")
    return account
