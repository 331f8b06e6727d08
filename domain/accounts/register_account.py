"""An account is made, with an address, a password and a handle."""

from typing import Annotated

from pydantic import Field

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand
from domain.accounts.addresses import Address, claim_address
from domain.accounts.events import AccountRegistered
from domain.accounts.handles import Handle, claim_handle
from domain.accounts.links import one_time_link
from domain.accounts.profile import PersonName
from domain.accounts.refusals import AccountExists, PasswordMissing, RolesNotYours
from domain.accounts.roles import Role
from domain.command import Context, Decision, Secret
from domain.language import Language
from domain.time_zone import TimeZone


class RegisterAccount(AccountCommand):
    handle: Handle
    address: Address
    name: PersonName
    language: Language = "en"
    time_zone: TimeZone = "UTC"
    roles: Annotated[tuple[Role, ...], Field(max_length=3)] = ("author",)
    """Others than `author` alone are given by admins."""

    def decide(self, state: Account | None, context: Context) -> Decision:
        if state is not None:
            raise AccountExists("An account of this id exists; make a new id.", field="/account")
        if self.roles != ("author",) and not context.actor.is_admin:
            raise RolesNotYours("Only an admin gives roles; leave them out.", field="/roles")
        if context.password_hash is None:
            raise PasswordMissing("An account needs a password; POST /accounts takes one.", field="/password")
        claims = (claim_handle(self.handle, context), claim_address(self.address, context))
        return Decision(
            events=(self._registered(),),
            claims=claims,
            secrets=(Secret("password", context.password_hash), *one_time_link("confirmation", context)),
            new_keys_for=self.account,
        )

    def _registered(self) -> AccountRegistered:
        return AccountRegistered(
            account=self.account,
            handle=self.handle,
            address=self.address,
            name=self.name,
            language=self.language,
            time_zone=self.time_zone,
            roles=tuple(dict.fromkeys(self.roles)),
        )
