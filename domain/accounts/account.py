"""The state that account commands decide on."""

from dataclasses import dataclass, replace
from typing import Literal, assert_never
from uuid import UUID

from domain.accounts import events as e
from domain.accounts.addresses import address_name
from domain.command import Name
from domain.digest import digest


@dataclass(frozen=True, slots=True)
class Account:
    id: UUID
    handle: str
    handles: frozenset[str]
    """Every handle it ever had; all are its own for good."""
    address: str | None
    name: bytes
    """Digests of texts: enough to see that nothing changed."""
    language: str = "en"
    time_zone: str = "UTC"
    roles: frozenset[str] = frozenset()
    biography: bytes = digest(None)
    picture: bytes = digest(None)
    pending_address: str | None = None
    by_mail: tuple[str, ...] | None = None
    status: Literal["active", "suspended", "closed"] = "active"
    is_credited: bool = False
    is_confirmed: bool = False
    is_erased: bool = False

    @property
    def names(self) -> tuple[Name, ...]:
        """What its commands have claimed and not released."""
        address = () if self.address is None else (address_name(self.address),)
        return (*(Name("handle", handle) for handle in sorted(self.handles)), *address)

    @staticmethod
    def evolve(state: "Account | None", event: e.AnyAccountEvent) -> "Account":
        """The state after the event; None is a stream without events."""
        if isinstance(event, e.AccountRegistered | e.AuthorCredited):
            return _begun(event)
        if state is None:
            raise ValueError(f"an account cannot begin with {type(event).__name__}")
        return _changed(state, event)


def _begun(event: e.AccountRegistered | e.AuthorCredited) -> Account:
    begun = Account(
        id=event.account,
        handle=event.handle,
        handles=frozenset({event.handle}),
        address=None,
        name=digest(event.name),
        is_credited=True,
    )
    if isinstance(event, e.AuthorCredited):
        return begun
    return replace(
        begun,
        address=event.address,
        language=event.language,
        time_zone=event.time_zone,
        roles=frozenset(event.roles),
        is_credited=False,
    )


def _changed(  # noqa: C901, PLR0911, PLR0912 - one case an event: the closed union is the point
    state: Account, event: e.AnyAccountEvent
) -> Account:
    match event:
        case e.AddressConfirmed():
            return replace(state, is_confirmed=True)
        case e.AddressChangeRequested():
            return replace(state, pending_address=event.address)
        case e.AddressChanged():
            return replace(state, address=event.address, pending_address=None, is_confirmed=True)
        case e.HandleChanged():
            return replace(state, handle=event.handle, handles=state.handles | {event.handle})
        case e.ProfileUpdated():
            return _updated(state, event)
        case e.NotificationsChosen():
            return replace(state, by_mail=event.by_mail)
        case e.RoleGranted():
            return replace(state, roles=state.roles | {event.role})
        case e.RoleRevoked():
            return replace(state, roles=state.roles - {event.role})
        case e.AccountSuspended():
            return replace(state, status="suspended")
        case e.AccountReinstated():
            return replace(state, status="active")
        case e.AccountClosed():
            return _closed(state, event)
        case e.ConfirmationRequested() | e.PasswordChanged() | e.PasswordResetRequested():
            return state
        case e.AccountRegistered() | e.AuthorCredited():
            return _begun(event)
        case _:
            assert_never(event)


def _updated(state: Account, event: e.ProfileUpdated) -> Account:
    return replace(
        state,
        name=digest(event.name) if "name" in event.changed else state.name,
        biography=digest(event.biography) if "biography" in event.changed else state.biography,
        picture=digest(event.picture) if "picture" in event.changed else state.picture,
        language=event.new("language", state.language),
        time_zone=event.new("time_zone", state.time_zone),
    )


def _closed(state: Account, event: e.AccountClosed) -> Account:
    erased = state.is_erased or event.erase_content
    return replace(state, status="closed", address=None, pending_address=None, is_erased=erased)
