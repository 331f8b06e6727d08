"""`admin-password`: another password for an admin who has lost theirs."""

import argparse
import json

from ops.acting import recorded
from ops.command_program import answer_of
from ops.databases import operator_log_url
from ops.ending import ended
from stack.settings import StackSettings
from stack.told import settings_of

_DESCRIPTION = """\
Makes a new password for the first admin, or for another account, and shows it once. The stack must run.

exit codes: 0 made; 1 refused, with the reason, or the log database is away; 2 nothing runs here
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "admin-password",
        help="make a new password for the first admin",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--handle", default="admin", metavar="H", help="the account's handle (admin)")
    parser.add_argument("--why", metavar="TEXT", help="kept in the record of actions")
    parser.set_defaults(run=lambda options: ended("admin-password", lambda: _make(options)))


async def _make(options: argparse.Namespace) -> int:
    told = settings_of("command_api", StackSettings())
    words = ("-m", "command_api.first_admin", "--reset", "--handle", options.handle)
    async with recorded(operator_log_url(), "admin-password", options.handle, why=options.why, details={}) as action:
        answer = await answer_of(words, told, action, command="admin-password")
        if answer is None:
            return 1
    made = json.loads(answer)
    print(f"{made['handle']}: {made['password']}")
    return 0
