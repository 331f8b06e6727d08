"""`release`: folds a parked key's events into a read model again, once the cause is gone."""

import argparse
import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

from domain.catalogue import EVENTS, UPCASTERS
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.projection.batch import Batch
from engine.projection.contract import ReadModel
from engine.projection.faults import is_poison
from engine.projection.release import Release, StillPoisoned
from engine.projection.store import Store
from kit.database import open_pool
from kit.settings import Settings
from read_models.registry import MODELS
from stack.problem import StackProblem
from stack.settings import StackSettings
from stack.told import settings_of

_DESCRIPTION = """\
Folds the events that were parked for a key, in order, beside the running projectors. `palimpsest status` says which
read models have parked events; which keys, and why: SELECT model, key, type, error FROM projection.parked.
Put the cause right first: new code, a restart, then this. It works on the stack of PALIMPSEST_HOME, or on the databases
of PALIMPSEST_LOG_URL and PALIMPSEST_READ_URL with the projectors' role.

exit codes: 0 all of them are folded, or none was parked; 1 one fails as before, or a database is away: it and those
behind it stay parked; 2 nothing was done
"""
_OF_ANOTHER_VERSION = """
    SELECT g.version FROM projection.generations AS g
     WHERE g.model = $1 AND g.version <> $2
       AND EXISTS (SELECT FROM projection.parked AS p
                    WHERE p.model = g.model AND p.generation = g.number AND p.key = $3)
"""


class OtherVersion(Exception):  # noqa: N818 - named for the fact
    """What is served was built by other code, whose rows this code must not fold into."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "release",
        help="fold a parked key's events again",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", choices=[model.name for model in MODELS], metavar="MODEL", help="a read model's name")
    parser.add_argument("key", metavar="KEY", help="the partition key, as projection.parked has it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    try:
        count = asyncio.run(release(*_urls(), _model(options.model), options.key))
    except (StackProblem, OtherVersion) as problem:
        print(f"release: {problem}", file=sys.stderr)
        return 2
    except StillPoisoned as problem:
        # not the cause's own words: they may quote what somebody wrote
        print(f"release: {problem}: {type(problem.__cause__).__qualname__}", file=sys.stderr)
        return 1
    except Exception as problem:
        if is_poison(problem):  # our own mistake, and none of a database's
            raise
        print(f"release: a database does not do its part: {type(problem).__name__}", file=sys.stderr)
        return 1
    print(f"{count} events released" if count else f"{options.model} has nothing parked for {options.key}")
    return 0


def _urls() -> tuple[str, str]:
    """Of the log and the read database: from the environment, as beside a process, or of the stack that runs here."""
    settings = Settings()
    if settings.log_url and settings.read_url:
        return settings.log_url, settings.read_url
    told = settings_of("projectors", StackSettings())
    return told["PALIMPSEST_LOG_URL"], told["PALIMPSEST_READ_URL"]


async def release(log_url: str, read_url: str, model: ReadModel, key: str) -> int:
    """Says how many events were folded.

    Raises:
        OtherVersion: nothing was done.
        StillPoisoned: one of them fails as before.
    """
    store = Store(read_url, application_name="palimpsest release")
    pool = await open_pool(log_url, size=2, application_name="palimpsest release")
    try:
        await _require_version(store, model, key)
        with ThreadPoolExecutor(1) as renderers:
            batch = Batch(store, Codec(EVENTS, UPCASTERS), KeyRing(pool), renderers)
            return await Release(store, batch, LogReader(pool)).release(model, key)
    finally:
        await store.close()
        await pool.close()


async def _require_version(store: Store, model: ReadModel, key: str) -> None:
    connection = await store.connection()
    found = await connection.fetchval(_OF_ANOTHER_VERSION, model.name, model.version, key)
    if found is not None:
        raise OtherVersion(f"{model.name} is of version {found} and this code of {model.version}: rebuild it")


def _model(name: str) -> ReadModel:
    return next(model for model in MODELS if model.name == name)
