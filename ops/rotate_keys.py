"""`rotate-keys`: another key signs access tokens from now on."""

import argparse

from ops.acting import recorded
from ops.command_program import answer_of
from ops.confirming import add_yes, confirmed
from ops.databases import operator_log_url
from ops.ending import ended
from stack.settings import StackSettings
from stack.told import settings_of

_DESCRIPTION = """\
Makes a new key to sign access tokens with. Tokens that the old key signed are good until they expire, and it stays
published for that long. Preview links that it signed end. The stack must run.

exit codes: 0 made; 1 refused, with the reason, or the log database is away; 2 nothing was done
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "rotate-keys",
        help="make a new key to sign access tokens",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--why", metavar="TEXT", help="kept in the record of actions")
    add_yes(parser)
    parser.set_defaults(run=lambda options: ended("rotate-keys", lambda: _rotate(options)))


async def _rotate(options: argparse.Namespace) -> int:
    told = settings_of("command_api", StackSettings())
    if not confirmed(options, "sign access tokens with a new key"):
        return 2
    async with recorded(operator_log_url(), "rotate-keys", "signing keys", why=options.why, details={}) as action:
        made = await answer_of(("-m", "command_api.rotate_keys"), told, action, command="rotate-keys")
        if made is None:
            return 1
        action.details["key"] = made.strip()
    print(f"key {made.strip()} signs from now on")
    return 0
