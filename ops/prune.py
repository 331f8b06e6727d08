"""`prune`: drops generations that nobody reads."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from engine.rebuild.finishing import StillServing, drop_generation
from engine.replays.standing import can_go
from ops.acting import recorded
from ops.confirming import add_yes, confirmed
from ops.databases import OperatorUrls, operator_urls
from ops.ending import ended
from ops.model_argument import read_model
from ops.replaying.connecting import all_generations, reading

_DESCRIPTION = """\
Drops the generations that nobody reads and that no replay is at work on, with their tables: retired ones (after that
there is no rollback), frozen ones, and those whose replay was refused or failed. Never the one that readers see.

exit codes: 0 done, or nothing to drop; 1 one could not be dropped; 2 nothing was done
"""
_MB = 1_000_000


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "prune",
        help="drop generations that nobody reads",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "models", nargs="*", type=read_model, metavar="MODEL", help="only of these read models (of all)"
    )
    parser.add_argument("--keep-retired", action="store_true", help="leave those that rollback would put back")
    parser.add_argument("--why", metavar="TEXT", help="kept in the record of actions")
    add_yes(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    return ended("prune", lambda: _prune(options))


async def _prune(options: argparse.Namespace) -> int:
    urls, names = operator_urls(), {model.name for model in options.models}
    found = [row for row in await all_generations(urls) if can_go(row) and (not names or row["model"] in names)]
    going = [row for row in found if row["state"] != "retired" or not options.keep_retired]
    if not going:
        print("nothing to drop")
        return 0
    listed = ", ".join(f"{_name(row)} ({row['state']}, {row['bytes'] / _MB:,.0f} MB)" for row in going)
    if not confirmed(options, f"drop {listed}"):
        return 2
    details = {"generations": [_name(row) for row in going]}
    async with recorded(
        urls.log, "prune", " ".join(sorted(names)) or "all", why=options.why, details=details
    ) as action:
        kept = await _dropped(urls, going)
        action.result = f"kept {', '.join(kept)}" if kept else "done"
    return 1 if kept else 0


async def _dropped(urls: OperatorUrls, going: Sequence[Mapping[str, Any]]) -> list[str]:
    """Drops each in a transaction of its own; gives those that readers see by now."""
    kept: list[str] = []
    async with reading(urls) as connection:
        for row in going:
            try:
                await drop_generation(connection, row["model"], row["generation"])
            except StillServing as refusal:
                print(f"prune: {refusal}", file=sys.stderr)
                kept.append(_name(row))
            else:
                print(f"dropped {_name(row)}")
    return kept


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['model']}_g{row['generation']}"
