"""An account ends: its identity is erased, and what it wrote too when asked."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, existing
from domain.accounts.addresses import address_name
from domain.accounts.events import AccountClosed
from domain.command import Context, Decision, Secret
from domain.event import Scope
from domain.rights import require_self_or_admin

_SECRETS = ("password", "confirmation", "address", "reset")


class CloseAccount(AccountCommand):
    erase_content: bool = False
    """False: posts and comments stay, under a former author."""

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_self_or_admin(context.actor, self.account)
        account = existing(state)
        if account.status == "closed" and (account.is_erased or not self.erase_content):
            return Decision()
        scopes = (Scope.IDENTITY, Scope.CONTENT) if self.erase_content else (Scope.IDENTITY,)
        return Decision(
            events=(AccountClosed(account=self.account, erase_content=self.erase_content),),
            releases=() if account.address is None else (address_name(account.address),),
            secrets=tuple(Secret(kind, None) for kind in _SECRETS),
            destroyed_keys=tuple((self.account, scope) for scope in scopes),
        )
