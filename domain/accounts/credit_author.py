"""An author is named who has no address, password or mail: for imports."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand
from domain.accounts.events import AuthorCredited
from domain.accounts.handles import Handle, claim_handle
from domain.accounts.profile import PersonName
from domain.accounts.refusals import AccountExists
from domain.command import Context, Decision
from domain.rights import require_admin


class CreditAuthor(AccountCommand):
    handle: Handle
    name: PersonName

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_admin(context.actor)
        if state is not None:
            raise AccountExists("An account of this id exists; make a new id.", field="/account")
        claim = claim_handle(self.handle, context)
        credited = AuthorCredited(account=self.account, handle=self.handle, name=self.name)
        return Decision(events=(credited,), claims=(claim,), new_keys_for=self.account)
