"""The link of a confirmation mail was used; its door has checked the token."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, open_account
from domain.accounts.addresses import address_name, claim_address
from domain.accounts.events import AddressChanged, AddressConfirmed
from domain.accounts.refusals import NothingToConfirm
from domain.command import Context, Decision, Secret
from domain.rights import require_system


class ConfirmAddress(AccountCommand):
    is_change: bool = False
    """The link went to a new address (secret `address`), not to the first (secret `confirmation`)."""

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_system(context.actor, "Use the link in the mail: POST /accounts/confirm.")
        account = open_account(state)
        if self.is_change:
            return self._change(account, context)
        if account.is_confirmed or account.address is None:
            return Decision()
        return Decision(events=(AddressConfirmed(account=self.account),), secrets=(Secret("confirmation", None),))

    def _change(self, account: Account, context: Context) -> Decision:
        if account.pending_address is None:
            raise NothingToConfirm("No new address waits for proof; ask for the change again.")
        new = address_name(account.pending_address)
        old = None if account.address is None else address_name(account.address)
        return Decision(
            events=(AddressChanged(account=self.account, address=account.pending_address),),
            claims=() if new == old else (claim_address(account.pending_address, context),),
            releases=() if old is None or new == old else (old,),
            secrets=(Secret("address", None), Secret("confirmation", None)),
        )
