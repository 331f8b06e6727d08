"""What can happen to an account."""

from typing import Annotated, Any, ClassVar, TypeAlias
from uuid import UUID

from domain.event import Event, Personal, Scope

Identity: TypeAlias = Annotated[str | None, Personal(Scope.IDENTITY)]
"""Says who somebody is. None once the account's identity key is destroyed."""


class AccountEvent(Event):
    """An event of the stream `account-<id>`."""

    personal_of: ClassVar[str] = "account"

    account: UUID


class AccountRegistered(AccountEvent):
    handle: str
    address: Identity
    name: Identity
    language: str
    time_zone: str
    roles: tuple[str, ...]


class AuthorCredited(AccountEvent):
    """An author without address, password or mail: a name to put under imported posts."""

    handle: str
    name: Identity


class AddressConfirmed(AccountEvent):
    """The address given at registration was proven."""


class AddressChangeRequested(AccountEvent):
    """A link was asked for to this new address; the old one stays until it is used."""

    address: Identity


class AddressChanged(AccountEvent):
    """The new address was proven and replaces the old one."""

    address: Identity


class ConfirmationRequested(AccountEvent):
    """A new link was asked for, to whichever address still waits for proof."""


class HandleChanged(AccountEvent):
    """The old handle stays with this account for good."""

    handle: str


class PasswordChanged(AccountEvent):
    pass


class PasswordResetRequested(AccountEvent):
    pass


class ProfileUpdated(AccountEvent):
    """Carries the fields named in `changed` alone (see PostRevised); the others are None and mean nothing.

    A named personal field that is None was cleared, or its key is destroyed: either way there is no text.
    """

    schema_version: ClassVar[int] = 2

    changed: tuple[str, ...]
    """Of `name`, `biography`, `picture`, `language`, `time_zone`."""
    name: Identity = None
    biography: Identity = None
    picture: Identity = None
    language: str | None = None
    time_zone: str | None = None

    def new(self, field: str, old: Any) -> Any:
        """The field's value after this update."""
        return getattr(self, field) if field in self.changed else old


class NotificationsChosen(AccountEvent):
    by_mail: tuple[str, ...]
    """The whole new choice: kinds of notice that are sent by mail as well."""


class RoleGranted(AccountEvent):
    role: str


class RoleRevoked(AccountEvent):
    role: str


class AccountSuspended(AccountEvent):
    reason: Identity


class AccountReinstated(AccountEvent):
    pass


class AccountClosed(AccountEvent):
    """The identity is erased, and the text of posts too when `erase_content`.

    May come twice: an account closed without erasing can have its content erased later.
    """

    erase_content: bool


AnyAccountEvent: TypeAlias = (
    AccountRegistered
    | AuthorCredited
    | AddressConfirmed
    | AddressChangeRequested
    | AddressChanged
    | ConfirmationRequested
    | HandleChanged
    | PasswordChanged
    | PasswordResetRequested
    | ProfileUpdated
    | NotificationsChosen
    | RoleGranted
    | RoleRevoked
    | AccountSuspended
    | AccountReinstated
    | AccountClosed
)
