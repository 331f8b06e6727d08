"""Which events an operator wants to see."""

import argparse
import difflib
import json
from dataclasses import dataclass

from domain.catalogue import EVENTS
from engine.log.records import StoredEvent


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields let everything through."""

    types: frozenset[str] = frozenset()
    stream: str = ""
    """How its id begins."""
    actor: str = ""
    """An account's id, or `system`."""

    def lets_through(self, event: StoredEvent) -> bool:
        return (
            (not self.types or event.type in self.types)
            and event.stream.startswith(self.stream)
            and (not self.actor or json.loads(event.metadata).get("actor") == self.actor)
        )


def add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--type", type=event_type, action="append", default=[], metavar="T", help="only these, such as PostPublished"
    )
    parser.add_argument("--stream", default="", metavar="S", help="only streams whose id begins so")
    parser.add_argument("--actor", default="", metavar="A", help="only what this account did: its id, or `system`")


def filter_of(options: argparse.Namespace) -> Filter:
    return Filter(frozenset(options.type), options.stream, options.actor.removeprefix("account-"))


def event_type(name: str) -> str:
    known = [kind.__name__ for kind in EVENTS]
    if name in known:
        return name
    by_small = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), by_small, 1, 0.5)
    advice = f"did you mean {by_small[near[0]]}?" if near else f"there are {', '.join(known)}"
    raise argparse.ArgumentTypeError(f"there is no event {ascii(name)[1:-1]}: {advice}")
