"""One kind of notice comes by mail no more, as the link in such a mail asked for."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, open_account
from domain.accounts.events import NotificationsChosen
from domain.accounts.profile import Notice
from domain.command import Context, Decision
from domain.rights import require_self_or_admin


class StopNotifications(AccountCommand):
    notice: Notice

    def decide(self, state: Account | None, context: Context) -> Decision:
        """A suspended account may: whoever wants no mail gets none."""
        require_self_or_admin(context.actor, self.account)
        chosen = open_account(state).by_mail or ()
        if self.notice not in chosen:
            return Decision()
        left = tuple(notice for notice in chosen if notice != self.notice)
        return Decision(events=(NotificationsChosen(account=self.account, by_mail=left),))
