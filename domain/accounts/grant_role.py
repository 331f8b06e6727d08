"""An admin lets an account do more."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, open_account
from domain.accounts.events import RoleGranted
from domain.accounts.refusals import NoAddress
from domain.accounts.roles import Role
from domain.command import Context, Decision
from domain.rights import require_admin


class GrantRole(AccountCommand):
    role: Role

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_admin(context.actor)
        account = open_account(state)
        if account.is_credited:
            raise NoAddress("A credited author cannot sign in, so a role would mean nothing.")
        if self.role in account.roles:
            return Decision()
        return Decision(events=(RoleGranted(account=self.account, role=self.role),))
