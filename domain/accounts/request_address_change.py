"""Another address is wanted; it replaces the old one when the link sent to it is used."""

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, acting_account
from domain.accounts.addresses import Address, address_name, claim_address
from domain.accounts.events import AddressChangeRequested
from domain.accounts.links import one_time_link
from domain.accounts.refusals import NoAddress
from domain.command import Context, Decision
from domain.rights import require_self_or_admin


class RequestAddressChange(AccountCommand):
    address: Address

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_self_or_admin(context.actor, self.account)
        account = acting_account(state, context.actor)
        if account.address is None:
            raise NoAddress("A credited author has no address to change.")
        if self.address == account.address:
            return Decision()
        if address_name(self.address) != address_name(account.address):
            claim_address(self.address, context)  # refuses early; the claim itself is made when the link is used
        requested = AddressChangeRequested(account=self.account, address=self.address)
        return Decision(events=(requested,), secrets=one_time_link("address", context))
