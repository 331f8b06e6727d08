"""Why a command on an account is not accepted."""

from typing import ClassVar

from domain.refusal import Refusal


class NoSuchAccount(Refusal):
    status: ClassVar[int] = 404


class AccountExists(Refusal):
    """The id is in use."""


class HandleTaken(Refusal):
    pass


class HandleReserved(Refusal):
    status: ClassVar[int] = 422


class AddressTaken(Refusal):
    pass


class PasswordRefused(Refusal):
    status: ClassVar[int] = 422


class PasswordMissing(Refusal):
    """The door gave no hash: passwords are taken by their own doors, never inside a command."""

    status: ClassVar[int] = 422


class RolesNotYours(Refusal):
    """Roles are given by admins."""

    status: ClassVar[int] = 403


class OwnRights(Refusal):
    """Admins do not take rights from themselves: somebody must be left who can give them back."""


class AccountIsSuspended(Refusal):
    status: ClassVar[int] = 403


class AccountIsClosed(Refusal):
    pass


class NothingToConfirm(Refusal):
    pass


class NoAddress(Refusal):
    """A credited author has no address, password or mail."""
