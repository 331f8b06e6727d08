"""`events`: follows events as they come, exports and imports them."""

import argparse

from ops.tailing.command import add_tail
from ops.transferring.export_command import add_export
from ops.transferring.import_command import add_import


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("events", help="follow events as they come, export and import", description=__doc__)
    of_events = parser.add_subparsers(metavar="COMMAND", required=True)
    add_tail(of_events)
    add_export(of_events)
    add_import(of_events)
