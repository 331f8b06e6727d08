"""The operator's command line: `python -m ops COMMAND`. A command is a file of its own in this folder."""

import difflib
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from kit.settings import SettingWrong

EXIT_CODES = """\
exit codes:
  0  done, perhaps with warnings
  1  done, but something was refused or failed; each is named on stderr
  2  not understood: nothing was done
  130  interrupted
"""


def main(arguments: Sequence[str]) -> int:
    known = commands()
    asked = next((word for word in arguments if not word.startswith("-")), None)
    if asked is not None and asked not in known:
        print(f"palimpsest: there is no command {asked}.{_nearest(asked, known)}", file=sys.stderr)
        return 2
    try:
        # One module is enough for a command that is named: commands bring their own heavy imports.
        options = _parser(known if asked is None else {asked: known[asked]}).parse_args(arguments)
        return int(options.run(options))
    except SettingWrong as wrong:
        print(f"palimpsest: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def commands() -> dict[str, str]:
    """From a command's name to its module: every file here that has `register`."""
    files = sorted(path for path in Path(__file__).parent.glob("*.py") if "\ndef register(" in path.read_text())
    # `import` is a word of Python's: its file is import_.py.
    return {path.stem.rstrip("_").replace("_", "-"): f"ops.{path.stem}" for path in files}


def _parser(known: dict[str, str]) -> ArgumentParser:
    parser = ArgumentParser("palimpsest", epilog=EXIT_CODES, formatter_class=RawDescriptionHelpFormatter)
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in known.values():
        import_module(module).register(subparsers)
    return parser


def _nearest(asked: str, known: dict[str, str]) -> str:
    close = difflib.get_close_matches(asked, known, 1)
    return f" Did you mean {close[0]}?" if close else f" There are: {', '.join(known)}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
