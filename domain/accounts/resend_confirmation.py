"""A new link is wanted for the address that waits for proof."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, acting_account
from domain.accounts.events import ConfirmationRequested
from domain.accounts.links import one_time_link
from domain.accounts.refusals import NothingToConfirm
from domain.command import Context, Decision
from domain.rights import require_self_or_admin


class ResendConfirmation(AccountCommand):
    def decide(self, state: Account | None, context: Context) -> Decision:
        require_self_or_admin(context.actor, self.account)
        account = acting_account(state, context.actor)
        if account.pending_address is None and (account.is_confirmed or account.address is None):
            raise NothingToConfirm("No address waits for proof.")
        link = one_time_link("confirmation" if account.pending_address is None else "address", context)
        return Decision(events=(ConfirmationRequested(account=self.account),), secrets=link)
