"""Checks a handle or address and a password; gives the account that may sign in."""

from uuid import UUID

from command_api.auth.forms import OAuthError
from command_api.handles import account_of
from command_api.parts import Parts
from domain.accounts.account import Account
from domain.accounts.addresses import address_name

_LONGEST_NAME, _LONGEST_PASSWORD = 254, 1024


async def check(parts: Parts, username: str, password: str, network: str) -> tuple[Account, str]:
    """The account and its password's hash. Whether the account exists shows neither in the answer nor in the time.

    Raises:
        OAuthError: invalid_grant.
        Problem: 429 after too many tries, by account or by client; counted before the password is looked at.
    """
    if len(username) > _LONGEST_NAME or len(password) > _LONGEST_PASSWORD or "\x00" in username:
        raise _wrong()
    name = username.strip().casefold()
    by_client, by_account = parts.limits.sign_in_client, parts.limits.sign_in_account
    await parts.throttle.count(by_client, network)
    await parts.throttle.count(by_account, name)
    account = await _named(parts, name)
    stored = await parts.stored_secrets.password_hash(f"account-{account or UUID(int=0)}")
    if not await parts.passwords.matches(stored, password) or account is None or stored is None:
        raise _wrong()
    await parts.throttle.forgive(by_account, name)
    await parts.throttle.take_back(by_client, network)
    return await active(parts, account), stored


async def active(parts: Parts, account: UUID) -> Account:
    """The account as the log has it now.

    Raises:
        OAuthError: it may not act.
    """
    state, _ = await parts.executor.load(Account, f"account-{account}")
    if not isinstance(state, Account) or state.status != "active":
        raise OAuthError("invalid_grant", "The account is suspended or closed.")
    return state


async def _named(parts: Parts, name: str) -> UUID | None:
    if "@" not in name:
        return await account_of(parts.names, name)
    address = address_name(name)
    stream = await parts.names.owner(address.kind, address.value, is_private=True)
    return None if stream is None else UUID(stream.removeprefix("account-"))


def _wrong() -> OAuthError:
    return OAuthError("invalid_grant", "Handle, address or password is wrong.")
