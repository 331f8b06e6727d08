"""`palimpsest admin-password`: a new password for the first admin of the running stack."""

import argparse
import asyncio
import json

from stack.oneshot import OneShotFailed, run_once
from stack.problem import ExitCode, StackProblem
from stack.settings import StackSettings
from stack.told import settings_of

_DESCRIPTION = """Makes a new password for the first admin and shows it once. The stack must run.

Exit codes: 0 made; 1 refused, with the reason; 2 wrong usage; 4 nothing runs."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "admin-password",
        help="make a new password for the first admin",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    told = settings_of("command_api", StackSettings())
    try:
        made = asyncio.run(run_once(("-m", "command_api.first_admin", "--reset"), told))
    except OneShotFailed as problem:
        raise StackProblem(str(problem), ExitCode.FAILED) from problem
    admin = json.loads(made)
    print(f"{admin['handle']}: {admin['password']}")
    return ExitCode.DONE
