"""The stack's commands with one stand-in process instead of ours: quick to start, and there before they are."""

import argparse
import sys

from stack import __main__ as commands
from stack import up
from stack.processes import Process

STAND_IN = Process("tests.stack.standin", log_role="palimpsest_command", port_offset=1)


def run(arguments: argparse.Namespace) -> int:
    return up.run(arguments, (STAND_IN,))


if __name__ == "__main__":
    register = up.register

    def register_small(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        register(subparsers)
        subparsers.choices["up"].set_defaults(run=run)

    up.register = register_small
    sys.exit(commands.main())
