"""A new password; its door has checked the old one, or the link of a reset, and gives the hash."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, acting_account
from domain.accounts.events import PasswordChanged
from domain.accounts.refusals import NoAddress, PasswordMissing
from domain.command import Context, Decision, Secret
from domain.rights import require_self_or_admin


class ChangePassword(AccountCommand):
    def decide(self, state: Account | None, context: Context) -> Decision:
        require_self_or_admin(context.actor, self.account)
        account = acting_account(state, context.actor)
        if account.is_credited:
            raise NoAddress("A credited author has no password.")
        if context.password_hash is None:
            raise PasswordMissing("POST /accounts/me/password takes the passwords.", field="/password")
        changed = PasswordChanged(account=self.account)
        return Decision(events=(changed,), secrets=(Secret("password", context.password_hash), Secret("reset", None)))
