"""The stack's commands: `python -m stack COMMAND`, which is what `palimpsest` calls."""

import argparse
import sys

from kit.settings import SettingWrong
from stack import down, logs, status, up
from stack.problem import ExitCode, StackProblem


def main() -> int:
    parser = argparse.ArgumentParser(prog="palimpsest")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (up, down, status, logs):
        command.register(subparsers)
    arguments = parser.parse_args()
    try:
        return int(arguments.run(arguments))
    except SettingWrong as wrong:
        print(f"palimpsest: {wrong}", file=sys.stderr)
        return ExitCode.USAGE
    except StackProblem as problem:
        print(f"palimpsest: {problem}", file=sys.stderr)
        return problem.code
    except KeyboardInterrupt:
        return ExitCode.FAILED


if __name__ == "__main__":
    sys.exit(main())
