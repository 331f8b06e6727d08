"""`generations`: the builds of read models that there are."""

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ops.ages import in_words
from ops.databases import operator_urls
from ops.ending import ended
from ops.model_names import NoSuchModel, model_named
from ops.replaying.connecting import all_generations
from ops.tables import add_json, show

_DESCRIPTION = """\
Lists every build of every read model: its version, state, age, size and how many events it lacks.

  building   a replay is at work on it, or was
  following  kept up to date, and not read yet
  serving    what readers see
  retired    was read before; kept up to date, so that `palimpsest rollback` is no step back
  frozen     no longer kept up to date, or built as of a moment: `palimpsest prune` drops it

exit codes: 0 listed; 1 a database is away; 2 nothing runs here, or there is no such read model
"""
_MB = 1_000_000


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "generations",
        help="the builds of read models: size, age, version, state, lag",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--model", metavar="NAME", help="only those of this read model")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    return ended("generations", lambda: _list(options))


async def _list(options: argparse.Namespace) -> int:
    found = await all_generations(operator_urls())
    rows = [row for row in found if options.model in (None, row["model"])]
    if not rows and options.model is not None:
        try:
            model_named(options.model)
        except NoSuchModel as problem:
            print(f"generations: {problem}", file=sys.stderr)
            return 2
    show(rows if options.json else [_shortened(row) for row in rows], as_json=options.json)
    return 0


def _shortened(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "model": row["model"],
        "generation": row["generation"],
        "version": row["version"],
        "state": row["state"],
        "age": in_words(datetime.now(UTC) - row["created_at"]),
        "MB": round(row["bytes"] / _MB, 1),
        "lag": row["lag"],
        "parked keys": row["parked_keys"],
    }
