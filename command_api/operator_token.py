"""`python -m command_api.operator_token`: a token of an admin for the operator's own tools, good for a day.

Prints {"token", "expires_at"} as JSON. Whoever can run this can read the log anyway.
"""

import argparse
import asyncio
import sys
from datetime import timedelta

import orjson

from command_api.auth.api_tokens import ApiTokens
from command_api.handles import account_of
from command_api.opening import opened
from command_api.parts import Parts
from domain.accounts.account import Account
from kit.settings import Settings

DAY = timedelta(days=1)
_NAME, _KEPT = "operator", 20
# A tool that is run often must not use up the tokens that the account may have.
_FORGET_OLDEST = """
DELETE FROM api_tokens WHERE id IN (
    SELECT id FROM api_tokens WHERE account = $1 AND name = $2 ORDER BY created_at DESC OFFSET $3)
"""


class NotAnAdmin(Exception):  # noqa: N818 - named for the fact
    pass


async def issue(parts: Parts, handle: str, lasts: timedelta) -> dict[str, object]:
    account = await account_of(parts.names, handle)
    state, _ = (None, 0) if account is None else await parts.executor.load(Account, f"account-{account}")
    if account is None or state is None or state.status != "active" or "admin" not in state.roles:
        raise NotAnAdmin(f"{handle} is not an active admin; name one with --handle")
    await parts.pool.execute(_FORGET_OLDEST, account, _NAME, _KEPT)
    made, token = await ApiTokens(parts.pool).issue(account, _NAME, lasts)
    return {"token": token, "expires_at": made.expires_at}


async def main(arguments: argparse.Namespace) -> None:
    async with opened(Settings()) as parts:
        issued = await issue(parts, arguments.handle, timedelta(hours=arguments.hours))
    sys.stdout.write(orjson.dumps(issued).decode() + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="command_api.operator_token")
    parser.add_argument("--handle", default="admin")
    parser.add_argument("--hours", type=float, default=DAY.total_seconds() / 3600)
    return parser.parse_args()


if __name__ == "__main__":
    try:
        asyncio.run(main(_arguments()))
    except NotAnAdmin as missing:
        sys.exit(str(missing))
