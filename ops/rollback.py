"""`rollback`: lets readers see the generation before the one that they see."""

import argparse
import sys
from typing import Any

import asyncpg

from engine.projection.contract import ReadModel
from engine.replays.swapping import BUSY, Behind, NotAllowed, SwapRaced, serving_number, swap_soon
from ops.acting import recorded
from ops.confirming import add_yes, confirmed
from ops.counts import count
from ops.databases import operator_urls
from ops.ending import ended
from ops.model_argument import read_model
from ops.replaying.connecting import reading
from ops.tables import printable

_DESCRIPTION = """\
Puts the generation that was read before back in its place, in one short transaction. It was kept up to date since, so
nothing that was written meanwhile is missing, and no reader sees anything older than before. Said again, it goes the
other way. `--to` names another generation that is kept up to date, such as one built by `replay --no-swap`.

exit codes: 0 done; 1 it would be a step back, somebody else was there, or a database is away; 2 nothing was done
"""
_RETIRED = "SELECT number FROM projection.generations WHERE model = $1 AND state = 'retired'"
_PATIENCE_S = 20.0


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "rollback",
        help="let readers see the generation before, at once",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=read_model, metavar="MODEL", help="a read model's name")
    parser.add_argument("--to", type=count, metavar="N", help="the generation (the one that is retired)")
    parser.add_argument("--why", metavar="TEXT", help="kept in the record of actions")
    add_yes(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    return ended("rollback", lambda: _rollback(options))


async def _rollback(options: argparse.Namespace) -> int:
    urls, model = operator_urls(), options.model
    async with reading(urls) as connection:
        old = await serving_number(connection, model.name)
        new = options.to or await connection.fetchval(_RETIRED, model.name)
        if new is None or old is None:
            print(f"rollback: {model.name} has no generation before: `palimpsest generations`", file=sys.stderr)
            return 2
        if new == old:
            print(f"rollback: readers see {model.name}_g{new} already", file=sys.stderr)
            return 2
        if not confirmed(options, f"let readers see {model.name}_g{new} instead of {model.name}_g{old}"):
            return 2
        details = {"from": old, "to": new}
        async with recorded(urls.log, "rollback", model.name, why=options.why, details=details) as action:
            refusal = await _swapped(connection, model, old, new)
            action.result = f"refused: {refusal}" if refusal else "done"
    if refusal:
        print(f"rollback: {printable(refusal)}", file=sys.stderr)
        return 1
    print(f"readers see {model.name}_g{new}")
    return 0


async def _swapped(connection: "asyncpg.Connection[Any]", model: ReadModel, old: int, new: int) -> str | None:
    """Why it was not done."""
    try:
        await swap_soon(connection, model.name, old, new, patience_s=_PATIENCE_S)
    except (SwapRaced, NotAllowed, Behind) as refusal:
        return str(refusal)
    except BUSY:
        return f"somebody reads {model.name} for longer than {_PATIENCE_S:g} s at a time: try again"
    return None
