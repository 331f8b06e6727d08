"""`parked retry` and `parked release`: fold what is parked, and record it."""

import argparse
import sys
from collections.abc import AsyncIterator

from engine.projection.contract import ReadModel
from engine.projection.store import Store
from ops.acting import recorded
from ops.databases import OperatorUrls, operator_urls
from ops.unparking.listing import releasable
from ops.unparking.releasing import Fold, Released, release_all
from ops.unparking.workplace import open_release
from read_models.registry import MODELS


async def retry(options: argparse.Namespace) -> int:
    urls = operator_urls()
    async with open_release(urls) as (release, store):
        return await _act(urls, "retry", options, store, release.retry)


async def release(options: argparse.Namespace) -> int:
    if options.all == bool(options.model):
        print("parked release: say MODEL, MODEL KEY, or --all", file=sys.stderr)
        return 2
    urls = operator_urls()
    async with open_release(urls) as (release, store):
        return await _act(urls, "release", options, store, release.release)


async def _act(urls: OperatorUrls, action: str, options: argparse.Namespace, store: Store, fold: Fold) -> int:
    target = " ".join([options.model.name, *([options.key] if options.key else [])]) if options.model else "all"
    async with recorded(urls.log, action, target, why=options.why, details={}) as doing:
        done = await release_all(store, fold, _keys(store, options))
        doing.details.update(events=done.events, keys=done.keys, still_parked=done.still_parked)
        doing.result = "done" if done.is_whole else "refused: keys stay parked"
    print(_in_words(done))
    return 0 if done.is_whole else 1


async def _keys(store: Store, options: argparse.Namespace) -> AsyncIterator[tuple[ReadModel, str]]:
    if options.key:
        yield options.model, options.key
        return
    known = {model.name: model for model in MODELS}
    async for name, key in releasable(await store.connection(), options.model and options.model.name):
        if name in known:
            yield known[name], key


def _in_words(done: Released) -> str:
    if not done.events and done.is_whole:
        return "nothing is parked there"
    stays = "" if done.is_whole else f"; {done.still_parked} keys stay parked"
    return f"{done.events} events of {done.keys} keys folded{stays}"
