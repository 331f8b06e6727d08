"""`repair`: mends one key of a read model while it is live."""

import argparse
import sys

from domain.catalogue import EVENTS, UPCASTERS
from engine.audit.log_pages import known_keys
from engine.audit.repairing import NotRepaired, Repair, Repaired
from engine.audit.sources import Sources, opened_sources
from engine.audit.verdict import summary
from engine.following.contract import ForeignHistory
from engine.log.codec import Codec
from ops.acting import recorded
from ops.databases import OperatorUrls, operator_urls
from ops.ending import ended
from ops.model_argument import read_model
from ops.tables import printable
from ops.verifying.generations import Generation, NothingToCompare, followed

_DESCRIPTION = """\
Folds a partition key afresh from the log and writes what comes out in place of what is stored: rows, derived rows, and
the counters of its partition. It does so in one transaction in each generation that is kept up to date, up to exactly
the event that the generation has reached; events of other partitions go on being projected meanwhile. For the counters,
all keys of the partition are folded first, without anybody waiting for it.

exit codes: 0 it is as the log says now; 1 it could not be, or a database is away; 2 nothing was done
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "repair",
        help="write a key's rows anew, as the log says them",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=read_model, metavar="MODEL", help="a read model's name")
    parser.add_argument("key", metavar="KEY", help="a partition key, as `verify` or `status` names it")
    parser.add_argument("--why", metavar="TEXT", help="kept in the record of actions")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    return ended("repair", lambda: _repair(options, operator_urls()))


async def _repair(options: argparse.Namespace, urls: OperatorUrls) -> int:
    model, key = options.model, options.key
    try:
        generations = await followed(urls.read, model)
    except NothingToCompare as problem:
        print(f"repair: {problem}", file=sys.stderr)
        return 2
    async with opened_sources(urls.log, urls.read, Codec(EVENTS, UPCASTERS)) as sources:
        if not await known_keys(sources.log, [key]):
            print(f"repair: no event has the key {printable(key)}: `palimpsest verify` names keys", file=sys.stderr)
            return 2
        return await _recorded(options, urls, sources, generations)


async def _recorded(
    options: argparse.Namespace, urls: OperatorUrls, sources: Sources, generations: list[Generation]
) -> int:
    model, key = options.model, options.key
    async with recorded(urls.log, "repair", f"{model.name} {key}", why=options.why, details={}) as action:
        for each in generations:
            try:
                mended = await Repair(sources, model, each.number).repair(key)
            except (NotRepaired, ForeignHistory) as problem:
                print(f"repair: {model.name} generation {each.number}: {problem}", file=sys.stderr)
                action.result = f"failed: {type(problem).__name__}"
                return 1
            action.details[f"generation {each.number}"] = _said(mended)
            print(f"{model.name} generation {each.number}, {printable(key)}: {_said(mended)}")
    return 0


def _said(mended: Repaired) -> str:
    found = summary(mended.differences) or "its rows were right"
    counters = f"{mended.counters} counters of partition {mended.partition} put right"
    if not mended.are_counters_sure:
        counters += "; the others cannot be judged by folding: `palimpsest replay` builds them anew"
    return f"{found}; {counters}"
