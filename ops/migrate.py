"""`migrate`: says which read models this code needs built anew, and has them built."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from engine.projection.contract import ReadModel
from engine.projection.generations import difference
from engine.replays.requests import AlreadyAtWork, Wish
from ops.confirming import add_yes
from ops.counts import count
from ops.databases import OperatorUrls, operator_urls
from ops.ending import ended
from ops.replaying.asking import ask, is_wanted
from ops.replaying.connecting import reading
from ops.replaying.watching import told_what_goes_on, watch
from ops.tables import show
from read_models.registry import MODELS

_DESCRIPTION = """\
Compares the read models of this code with those that are served, and has those of another version built: run it with
the new code before the code that reads them is rolled out. First start the new replayer and the new projectors (the old
ones go on with what is served), then this, then the new query_api and jobs; docs/operations.md has the whole order.

A table that has changed needs a new version in the code (`ReadModel.version`): no generation can help.

exit codes: 0 nothing is needed, or all is done; 1 something is needed (--check), or the code needs a new version, or
something was refused or failed; 2 nothing was done; 130 interrupted: the replays go on
"""
_NOTHING, _GENERATION, _PROJECTORS = "nothing", "a new generation", "projectors, which make the first generation"
_SERVING = "SELECT number, version FROM projection.generations WHERE model = $1 AND state = 'serving'"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "migrate",
        help="build the read models that this code's versions need",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="only say what is needed")
    parser.add_argument("--workers", type=count, default=1, metavar="N", help="processes that fold (1)")
    parser.add_argument("--why", metavar="TEXT", help="kept in the record of actions")
    parser.add_argument("--json", action="store_true", help="the list as one JSON array, then progress as JSON lines")
    add_yes(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    return ended("migrate", lambda: _migrate(options))


async def _migrate(options: argparse.Namespace) -> int:
    urls = operator_urls()
    rows = await needs(urls, MODELS)
    show(rows, as_json=options.json)
    wanted = [model for model, row in zip(MODELS, rows, strict=True) if row["needs"] == _GENERATION]
    if options.check or not wanted:
        return 1 if any(row["needs"] not in {_NOTHING, _PROJECTORS} for row in rows) else 0
    if not await is_wanted(urls, wanted, options):
        return 2
    try:
        with told_what_goes_on():
            # what another version gives may differ: that is what the version says
            numbers = await ask(urls, wanted, Wish(workers=options.workers, accepts=True), options.why)
    except AlreadyAtWork as problem:
        print(f"migrate: {problem}: `palimpsest replay watch` shows it", file=sys.stderr)
        return 2
    return 0 if await watch(urls, numbers, is_json=options.json) else 1


async def needs(urls: OperatorUrls, models: Sequence[ReadModel]) -> list[Mapping[str, Any]]:
    """Of each model, what is served, what this code has, and what is to be done."""
    async with reading(urls) as connection:
        return [await _need(connection, model) for model in models]


async def _need(connection: "asyncpg.Connection[Any]", model: ReadModel) -> Mapping[str, Any]:
    serving = await connection.fetchrow(_SERVING, model.name)
    row = {"model": model.name, "served": serving["version"] if serving else None, "this code": model.version}
    if serving is None:
        return {**row, "needs": _PROJECTORS}
    if serving["version"] != model.version:
        return {**row, "needs": _GENERATION}
    changed = await difference(connection, model, serving["number"])
    return {**row, "needs": f"a new version: the table {changed} has changed" if changed else _NOTHING}
