"""`events tail`: what happens, as it happens."""

import argparse
import sys

from engine.log.reader import LogReader
from kit.database import open_pool
from ops.counts import position
from ops.databases import operator_log_url
from ops.ending import ended
from ops.tailing.filters import add_filters, filter_of
from ops.tailing.lines import line_of
from ops.tailing.tail import NotThatLog, Tail

_BEFORE_HEAD = 10
_DESCRIPTION = """\
Shows events as they are stored, one line each, in the order of their positions, and goes on when the database comes
back after a restart: none is left out and none comes twice. Read from the log itself, so it needs no Kafka and no
projectors. What people wrote is not shown. Ctrl-C ends it.

exit codes: 0 the end was reached (--once); 1 the log was restored meanwhile, or lacks a position; 2 nothing runs here,
or no such event; 130 interrupted
"""


def add_tail(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "tail",
        help="follow events as they come",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_filters(parser)
    parser.add_argument(
        "--from", dest="after", type=position, metavar="POSITION", help="what follows it; 0: everything (the last 10)"
    )
    parser.add_argument("--once", action="store_true", help="up to the log's present head, then end")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with what is not personal")
    parser.set_defaults(run=lambda options: ended("events tail", lambda: _tail(options)))


async def _tail(options: argparse.Namespace) -> int:
    wanted = filter_of(options)
    async with await open_pool(operator_log_url(), size=1, application_name="palimpsest events tail") as pool:
        reader = LogReader(pool)
        head = (await reader.head()).position
        after = max(head - _BEFORE_HEAD, 0) if options.after is None else options.after
        if after > head:
            _note(f"the log's head is at {head}")
            return 2
        try:
            async for page in Tail(reader, _note).pages(after, head if options.once else None):
                lines = [line_of(event, as_json=options.json) for event in page if wanted.lets_through(event)]
                if lines:
                    print("\n".join(lines), flush=True)
        except NotThatLog as problem:
            _note(str(problem))
            return 1
    return 0


def _note(text: str) -> None:
    print(f"events tail: {text}", file=sys.stderr, flush=True)
