"""`verify`: compares what is served with the log, or with another generation."""

import argparse
import sys
from collections.abc import Sequence

from domain.catalogue import EVENTS, UPCASTERS
from engine.audit.sampling import sampled_keys
from engine.audit.serving import verify_every_key
from engine.audit.sources import Sources, opened_sources
from engine.audit.values import values_apart
from engine.audit.verdict import Verdict
from engine.audit.verifying import CheckpointsApart, verify
from engine.following.contract import ForeignHistory
from engine.log.codec import Codec
from engine.projection.contract import ReadModel
from kit.garbage import collect_rarely
from ops.counts import count
from ops.databases import OperatorUrls, operator_urls
from ops.ending import ended
from ops.model_argument import read_model
from ops.progress import Progress
from ops.tables import add_json, show
from ops.verifying.generations import NothingToCompare, numbered, serving
from ops.verifying.telling import as_record, as_row, key_lines, keys_of, value_lines
from read_models.registry import MODELS

_DESCRIPTION = """\
Folds partition keys afresh from the log and compares them with what is served: rows, derived rows, and with --every-key
the counters and the number of rows as well. Nothing is changed, and nobody waits. Parked events do not count, nor does
text that was erased since it was folded.

With --against, what is served is compared row by row with another generation of the read model, at the same events, and
that one with the log: `missing` and `extra` rows are then those of the other generation.

exit codes: 0 all is as the log says; 1 something differs, or a database is away; 2 nothing was compared
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "verify",
        help="compare what is served with the log",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("models", nargs="*", type=read_model, metavar="MODEL", help="read models (all)")
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--sample", type=count, default=500, metavar="N", help="fold the keys of N random events (500)")
    much.add_argument("--every-key", action="store_true", help="fold everything")
    parser.add_argument("--against", type=count, metavar="GENERATION", help="compare with this generation as well")
    parser.add_argument("--diff", action="store_true", help="show the values that differ: some may be personal")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.against and len(options.models) != 1:
        print("verify: --against wants one read model", file=sys.stderr)
        return 2
    if options.against and options.every_key:
        print("verify: --against compares every row already: leave --every-key out", file=sys.stderr)
        return 2
    return ended("verify", lambda: _verify_all(options, operator_urls()))


async def _verify_all(options: argparse.Namespace, urls: OperatorUrls) -> int:
    collect_rarely()
    async with opened_sources(urls.log, urls.read, Codec(EVENTS, UPCASTERS)) as sources:
        try:
            found = await _verified(sources, options.models or MODELS, options)
        except (NothingToCompare, CheckpointsApart, ForeignHistory) as problem:
            print(f"verify: {problem}", file=sys.stderr)
            return 2
        _tell(found, as_json=options.json)
        if options.diff and not options.json:
            for model, generation, verdict in found:
                values = await values_apart(sources, model, generation, keys_of(verdict))
                print("\n".join(value_lines(model.name, values)))
    return 0 if all(verdict.is_same for _, _, verdict in found) else 1


async def _verified(
    sources: Sources, models: Sequence[ReadModel], options: argparse.Namespace
) -> list[tuple[ReadModel, int, Verdict]]:
    if options.against or options.every_key:
        return [(model, *await _verify(sources, model, options)) for model in models]
    generations = [(model, (await serving(sources.read_url, model)).number) for model in models]
    sampled = await sampled_keys(sources, generations, options.sample)
    return [(*each, folded.verdict()) for each, folded in zip(generations, sampled, strict=True)]


async def _verify(sources: Sources, model: ReadModel, options: argparse.Namespace) -> tuple[int, Verdict]:
    served = await serving(sources.read_url, model)
    if options.against:
        other = await numbered(sources.read_url, model, options.against)
        # the one of this code's version is judged by the log as well
        judged, beside = (other, served) if other.version == model.version else (served, other)
        sample = options.sample
        return judged.number, await verify(sources, model, new=judged.number, serving=beside.number, sample=sample)
    progress = Progress(f"keys of {model.name}")

    async def done(keys: int) -> None:
        progress.add(keys)

    return served.number, await verify_every_key(sources, model, served.number, done)


def _tell(found: list[tuple[ReadModel, int, Verdict]], *, as_json: bool) -> None:
    tell = as_record if as_json else as_row
    show([tell(model.name, generation, verdict) for model, generation, verdict in found], as_json=as_json)
    if not as_json:
        for model, _, verdict in found:
            print("\n".join(key_lines(model.name, verdict)), end="\n" if verdict.differences else "")
