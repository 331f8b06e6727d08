"""An admin takes a role back."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, open_account
from domain.accounts.events import RoleRevoked
from domain.accounts.refusals import OwnRights
from domain.accounts.roles import Role
from domain.command import Context, Decision
from domain.rights import require_admin


class RevokeRole(AccountCommand):
    role: Role

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_admin(context.actor)
        account = open_account(state)
        if self.role not in account.roles:
            return Decision()
        if self.role == "admin" and context.actor.account == self.account:
            raise OwnRights("An admin cannot stop being one alone; ask another admin.", field="/role")
        return Decision(events=(RoleRevoked(account=self.account, role=self.role),))
