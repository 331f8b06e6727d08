"""Which passwords are accepted. Called by doors before hashing: a password never enters a command."""

from domain.accounts.guessed_passwords import GUESSED
from domain.accounts.refusals import PasswordRefused
from domain.text import storable

SHORTEST, LONGEST = 10, 128
_FEWEST_DIFFERENT = 4
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def check_password(password: str, *, handle: str = "", address: str = "") -> None:
    """Returns when the password is accepted.

    Raises:
        PasswordRefused: too short, too long, common, or the account's own name or address.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise _refused(f"A password has {SHORTEST} to {LONGEST} characters.")
    if not _is_storable(password):
        raise _refused("A password cannot hold U+0000 or a lone surrogate.")
    if _is_common(password.casefold()):
        raise _refused("This password is among the first that are tried; take another.")
    if password.casefold() in _own_names(handle, address):
        raise _refused("A password cannot be the account's own name or address.")


def _refused(detail: str) -> PasswordRefused:
    return PasswordRefused(detail, field="/password")


def _is_storable(password: str) -> bool:
    try:
        storable(password)
    except ValueError:
        return False
    return True


def _is_common(password: str) -> bool:
    is_run = any(password in run or password in run[::-1] for run in _RUNS)
    return is_run or len(set(password)) < _FEWEST_DIFFERENT or password in GUESSED


def _own_names(handle: str, address: str) -> set[str]:
    mailbox = address.partition("@")[0]
    names = {handle.casefold(), address.casefold(), mailbox.casefold()} - {""}
    return names | {name * 2 for name in names} | {f"{name}123" for name in names}
