"""`events`: follows events as they come."""

import argparse

from ops.tailing.command import add_tail


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("events", help="follow events as they come", description=__doc__)
    of_events = parser.add_subparsers(metavar="COMMAND", required=True)
    add_tail(of_events)
