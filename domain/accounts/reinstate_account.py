"""An admin lets a suspended account act again."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, open_account
from domain.accounts.events import AccountReinstated
from domain.command import Context, Decision
from domain.rights import require_admin


class ReinstateAccount(AccountCommand):
    def decide(self, state: Account | None, context: Context) -> Decision:
        require_admin(context.actor)
        if open_account(state).status != "suspended":
            return Decision()
        return Decision(events=(AccountReinstated(account=self.account),))
