"""`catalogue`: writes new event versions into docs/events and their page, and says what is wrong with old ones."""

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction

from ops import event_catalogue, event_page


def register(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("catalogue", help="write new event versions into docs/events", description=__doc__)
    parser.set_defaults(run=run)


def run(_: Namespace) -> int:
    for name in event_catalogue.write_new():
        print(f"new: {name}")
    if event_page.write():
        print(f"new: {event_page.PAGE.name}")
    faults = list(event_catalogue.faults())
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0
