"""The stack's commands with stand-ins instead of our processes: quick to start, and there before they are."""

import argparse
import sys
from dataclasses import replace

from stack import __main__ as commands
from stack import up
from stack.processes import EXTRAS, Process

STAND_IN = Process("tests.stack.standin", log_role="palimpsest_command", port_offset=1)


def run(arguments: argparse.Namespace) -> int:
    return up.run(arguments, (STAND_IN,))


if __name__ == "__main__":
    register = up.register

    def register_small(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        register(subparsers)
        subparsers.choices["up"].set_defaults(run=run)

    up.register = register_small
    EXTRAS.update({name: replace(extra, module="tests.stack.standin") for name, extra in EXTRAS.items()})
    sys.exit(commands.main())
