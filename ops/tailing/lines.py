"""One line an event: for people, or as JSON for programs."""

import json
from typing import Any

from engine.log.records import StoredEvent
from ops.tables import printable


def line_of(event: StoredEvent, *, as_json: bool) -> str:
    """Personal fields are named, and not shown."""
    known = json.loads(event.metadata)
    if as_json:
        return json.dumps(_fields(event, known), ensure_ascii=False)
    causes = (f"{name} {known[name]}" for name in ("actor", "causation") if known.get(name))
    place = f"{event.stream}@{event.version}"
    return printable("  ".join((str(event.position), event.recorded_at.isoformat(" "), event.type, place, *causes)))


def _fields(event: StoredEvent, known: dict[str, Any]) -> dict[str, Any]:
    stored = event._asdict()
    texts = {"id": str(event.id), "append_id": str(event.append_id), "recorded_at": event.recorded_at.isoformat()}
    data = {name: _hidden(value) for name, value in json.loads(event.data).items()}
    return {**stored, **texts, "data": data, "metadata": known}


def _hidden(value: Any) -> Any:
    """A box says whose it is and not what is in it."""
    return {"personal": value["scope"]} if isinstance(value, dict) and "box" in value else value
