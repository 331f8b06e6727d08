"""Another handle is wanted; the old one stays with the account and may be taken back."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, acting_account
from domain.accounts.events import HandleChanged
from domain.accounts.handles import Handle, claim_handle
from domain.command import Context, Decision
from domain.rights import require_self_or_admin


class ChangeHandle(AccountCommand):
    handle: Handle

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_self_or_admin(context.actor, self.account)
        account = acting_account(state, context.actor)
        if self.handle == account.handle:
            return Decision()
        claims = () if self.handle in account.handles else (claim_handle(self.handle, context),)
        return Decision(events=(HandleChanged(account=self.account, handle=self.handle),), claims=claims)
