"""Somebody forgot a password: a link is sent to the account's address."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, acting_account
from domain.accounts.events import PasswordResetRequested
from domain.accounts.links import one_time_link
from domain.accounts.refusals import NoAddress
from domain.command import Context, Decision
from domain.rights import require_self_or_admin


class RequestPasswordReset(AccountCommand):
    def decide(self, state: Account | None, context: Context) -> Decision:
        require_self_or_admin(context.actor, self.account)
        account = acting_account(state, context.actor)
        if account.address is None:
            raise NoAddress("A credited author has no address that a link could go to.")
        requested = PasswordResetRequested(account=self.account)
        return Decision(events=(requested,), secrets=one_time_link("reset", context))
