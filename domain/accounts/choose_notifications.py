"""Which notices come by mail as well."""

from typing import Annotated

from pydantic import Field

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, acting_account
from domain.accounts.events import NotificationsChosen
from domain.accounts.profile import Notice
from domain.command import Context, Decision
from domain.rights import require_self_or_admin


class ChooseNotifications(AccountCommand):
    by_mail: Annotated[tuple[Notice, ...], Field(max_length=10)]

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_self_or_admin(context.actor, self.account)
        account = acting_account(state, context.actor)
        chosen = tuple(sorted(set(self.by_mail)))
        if chosen == account.by_mail:
            return Decision()
        return Decision(events=(NotificationsChosen(account=self.account, by_mail=chosen),))
