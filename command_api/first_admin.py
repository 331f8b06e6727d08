"""`python -m command_api.first_admin [--reset]`: the admin of an empty system, or another password for it.

Prints {"handle", "password"} as JSON, or nothing when the system has accounts already.
"""

import argparse
import asyncio
import sys
from secrets import token_urlsafe
from uuid import UUID

import orjson

from command_api.handles import account_of
from command_api.opening import opened
from command_api.parts import Parts
from domain.accounts.change_password import ChangePassword
from domain.accounts.confirm_address import ConfirmAddress
from domain.accounts.refusals import HandleTaken
from domain.accounts.register_account import RegisterAccount
from domain.command import Actor, Command, Context
from kit import clock
from kit.ids import new_id
from kit.settings import Settings

_SYSTEM = Actor(is_system=True)
_ANY_ACCOUNT = "SELECT EXISTS (SELECT FROM claims WHERE kind = 'handle')"


class NoSuchAdmin(Exception):  # noqa: N818 - named for the fact
    pass


async def make(parts: Parts, handle: str, address: str) -> str | None:
    """Makes the admin and gives its password; None when there is an account already."""
    if await parts.pool.fetchval(_ANY_ACCOUNT):
        return None
    account = new_id()
    register = RegisterAccount(
        account=account, handle=handle, address=address, name="Admin", roles=("author", "editor", "admin")
    )
    try:
        return await _with_new_password(parts, register, ConfirmAddress(account=account))
    except HandleTaken:  # another process was first
        return None


async def reset(parts: Parts, handle: str) -> str:
    """Gives the admin another password, and returns it."""
    account: UUID | None = await account_of(parts.names, handle)
    if account is None:
        raise NoSuchAdmin(f"no account has the handle {handle}; name another with --handle")
    return await _with_new_password(parts, ChangePassword(account=account))


async def _with_new_password(parts: Parts, *commands: Command) -> str:
    password = token_urlsafe(15)
    context = Context(_SYSTEM, clock.now(), password_hash=await parts.passwords.hash(password))
    await parts.executor.execute_all(commands, context=context, correlation=new_id().hex)
    return password


async def main(arguments: argparse.Namespace) -> None:
    async with opened(Settings()) as parts:
        if arguments.reset:
            password: str | None = await reset(parts, arguments.handle)
        else:
            password = await make(parts, arguments.handle, arguments.address)
    if password is not None:
        sys.stdout.write(orjson.dumps({"handle": arguments.handle, "password": password}).decode() + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="command_api.first_admin")
    parser.add_argument("--reset", action="store_true", help="give the admin another password")
    parser.add_argument("--handle", default="admin")
    parser.add_argument("--address", default="admin@example.org", help="where its mail goes")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        asyncio.run(main(_arguments()))
    except NoSuchAdmin as missing:
        sys.exit(str(missing))
