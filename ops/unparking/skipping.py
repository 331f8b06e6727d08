"""`parked skip`: gives up the first parked event of a key."""

import argparse
import sys
from collections.abc import Iterable
from uuid import UUID

from engine.projection.queues import FOLLOWED
from engine.projection.skipping import NotSkipped
from engine.projection.skipping import skip as skip_event
from kit.database import connect
from ops.acting import recorded
from ops.confirming import confirmed
from ops.databases import operator_urls
from ops.unparking.listing import Queue, queues


async def skip(options: argparse.Namespace) -> int:
    urls, model, key, event = operator_urls(), options.model.name, options.key, options.event
    connection = await connect(urls.read, application_name="palimpsest parked")
    try:
        _require_first(await queues(connection, model, key, 1), event)
        if not confirmed(options, f"give up {event}, so that {model} never shows what it says"):
            return 2
        async with recorded(urls.log, "skip", f"{model} {key}", why=options.why, details={"event": event}) as action:
            action.details["generations"] = await skip_event(connection, model, key, event)
        left = _followed(await queues(connection, model, key, 1))
    except NotSkipped as problem:
        print(f"parked skip: {problem}", file=sys.stderr)
        return 2
    finally:
        await connection.close()
    print(f"{event} is skipped")
    if left:
        print(f"{left[0].length} events waited behind it: palimpsest parked release {model} {key}")
    return 0


def _require_first(found: Iterable[Queue], event: UUID) -> None:
    """So that what cannot be is neither asked nor recorded; whether it is so still is seen again under the lock."""
    firsts = {each.events[0].event for each in _followed(found) if each.events}
    if event not in firsts:
        named = ", ".join(map(str, firsts)) or "nothing"
        raise NotSkipped(f"{event} is not what is parked first for this key: {named} is")


def _followed(found: Iterable[Queue]) -> list[Queue]:
    return [each for each in found if each.state in FOLLOWED]
