"""An admin stops an account from acting, until it is reinstated."""

from typing import Annotated

from pydantic import Field

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, open_account
from domain.accounts.events import AccountSuspended
from domain.accounts.refusals import OwnRights
from domain.command import Context, Decision
from domain.rights import require_admin
from domain.text import STORABLE


class SuspendAccount(AccountCommand):
    reason: Annotated[str, Field(max_length=500), STORABLE] = ""

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_admin(context.actor)
        account = open_account(state)
        if context.actor.account == self.account:
            raise OwnRights("An admin cannot suspend themselves; ask another admin.")
        if account.status == "suspended":
            return Decision()
        return Decision(events=(AccountSuspended(account=self.account, reason=self.reason),))
