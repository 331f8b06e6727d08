"""Accounts: the directory, as each account may see itself and as rights are decided from."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Integer, MetaData, SmallInteger, Table, Text, Uuid

from domain.accounts import events as e
from engine.log.records import Recorded
from engine.projection.contract import Memo, ReadModel, RowFold
from read_models.columns import BYTEWISE, MOMENT
from read_models.keys import by_account

ACCOUNTS = Table(
    "accounts",
    MetaData(),
    Column("account", Uuid, primary_key=True),
    Column("partition", SmallInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", BYTEWISE, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("handle", BYTEWISE, nullable=False),
    Column("address", Text),
    Column("address_is_confirmed", Boolean, nullable=False),
    Column("new_address", Text),
    Column("name", Text),
    Column("biography", Text),
    Column("picture", Text),
    Column("language", BYTEWISE),
    Column("time_zone", BYTEWISE),
    Column("notified_by_mail", ARRAY(Text)),
    Column("created_at", MOMENT, nullable=False),
    Column("updated_at", MOMENT, nullable=False),
)


class Account(NamedTuple):
    account: UUID
    partition: int
    sequence: int
    version: int
    status: str
    """active, suspended or closed."""
    roles: tuple[str, ...]
    handle: str
    address: str | None
    address_is_confirmed: bool
    new_address: str | None
    """Asked for, and waiting for proof."""
    name: str | None
    biography: str | None
    picture: str | None
    language: str | None
    time_zone: str | None
    notified_by_mail: tuple[str, ...] | None
    """Kinds of notice; None: nothing was chosen."""
    created_at: datetime
    updated_at: datetime


def _fold(row: Account | None, recorded: Recorded, _memo: Memo) -> Account | None:
    event: e.AnyAccountEvent = recorded.event
    if isinstance(event, e.AccountRegistered):
        return _registered(_begun(event, recorded), event)
    if isinstance(event, e.AuthorCredited):
        return _begun(event, recorded)
    if row is None:
        return None
    return _changed(row, event)._replace(
        partition=recorded.partition,
        sequence=recorded.sequence,
        version=recorded.version,
        updated_at=recorded.recorded_at,
    )


def _registered(row: Account, event: e.AccountRegistered) -> Account:
    return row._replace(roles=event.roles, address=event.address, language=event.language, time_zone=event.time_zone)


def _begun(event: e.AccountRegistered | e.AuthorCredited, recorded: Recorded) -> Account:
    return Account(
        account=event.account,
        partition=recorded.partition,
        sequence=recorded.sequence,
        version=recorded.version,
        status="active",
        roles=(),
        handle=event.handle,
        address=None,
        address_is_confirmed=False,
        new_address=None,
        name=event.name,
        biography=None,
        picture=None,
        language=None,
        time_zone=None,
        notified_by_mail=None,
        created_at=recorded.recorded_at,
        updated_at=recorded.recorded_at,
    )


def _changed(  # noqa: C901, PLR0911 - one case an event
    row: Account, event: e.AnyAccountEvent
) -> Account:
    match event:
        case e.AddressConfirmed():
            return row._replace(address_is_confirmed=True)
        case e.AddressChangeRequested():
            return row._replace(new_address=event.address)
        case e.AddressChanged():
            return row._replace(address=event.address, address_is_confirmed=True, new_address=None)
        case e.HandleChanged():
            return row._replace(handle=event.handle)
        case e.ProfileUpdated():
            return _updated(row, event)
        case e.NotificationsChosen():
            return row._replace(notified_by_mail=event.by_mail)
        case e.RoleGranted():
            return row._replace(roles=(*(role for role in row.roles if role != event.role), event.role))
        case e.RoleRevoked():
            return row._replace(roles=tuple(role for role in row.roles if role != event.role))
        case e.AccountSuspended():
            return row._replace(status="suspended")
        case e.AccountReinstated():
            return row._replace(status="active")
        case e.AccountClosed():
            return _closed(row)
        case _:
            return row  # `events` below names those that matter here; a new kind of event need not


def _updated(row: Account, event: e.ProfileUpdated) -> Account:
    return row._replace(
        name=event.new("name", row.name),
        biography=event.new("biography", row.biography),
        picture=event.new("picture", row.picture),
        language=event.new("language", row.language),
        time_zone=event.new("time_zone", row.time_zone),
    )


def _closed(row: Account) -> Account:
    closed = row._replace(status="closed", roles=(), address=None, new_address=None)
    return closed._replace(name=None, biography=None, picture=None)


MODEL = ReadModel(
    "accounts",
    version=2,
    folds=(
        RowFold(
            table=ACCOUNTS,
            row=Account,
            events=(
                e.AccountRegistered,
                e.AuthorCredited,
                e.AddressConfirmed,
                e.AddressChangeRequested,
                e.AddressChanged,
                e.HandleChanged,
                e.PasswordChanged,
                e.PasswordResetRequested,
                e.ConfirmationRequested,
                e.ProfileUpdated,
                e.NotificationsChosen,
                e.RoleGranted,
                e.RoleRevoked,
                e.AccountSuspended,
                e.AccountReinstated,
                e.AccountClosed,
            ),
            key=by_account,
            fold=_fold,
        ),
    ),
)
