"""The event catalogue under docs/events: a JSON schema and a sample of every version that was ever stored."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from domain.catalogue import EVENTS, UPCASTERS
from domain.event import Event
from ops.event_samples import sample_of

FOLDER = Path(__file__).parent.parent / "docs" / "events"


def file_name(kind: str, version: int) -> str:
    return f"{kind}.{version}.json"


def entries() -> Mapping[str, dict[str, Any]]:
    """What the code of today would write: file name to schema, the sample under `examples`."""
    return {file_name(event.__name__, event.schema_version): entry_of(event) for event in EVENTS}


def entry_of(event: type[Event]) -> dict[str, Any]:
    schema: dict[str, Any] = _without_prose(event.model_json_schema(mode="serialization"))
    for field, scope in event.personal_fields().items():
        schema["properties"][field]["x-personal"] = scope.value
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event.__name__,
        "x-schema-version": event.schema_version,
        **schema,
        "examples": [sample_of(event)],
    }


def _without_prose(schema: Any) -> Any:
    """Docstrings may be put better at any time; that is no change of what is stored."""
    if isinstance(schema, dict):
        prose = {key for key in ("description", "title") if isinstance(schema.get(key), str)}
        return {key: _without_prose(value) for key, value in schema.items() if key not in prose}
    return [_without_prose(value) for value in schema] if isinstance(schema, list) else schema


def stored() -> Mapping[str, dict[str, Any]]:
    return {path.name: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def write_new() -> list[str]:
    """Writes the versions that have no file yet; gives their names. A file that is there is never changed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    new = [(name, entry) for name, entry in entries().items() if not (FOLDER / name).exists()]
    for name, entry in new:
        (FOLDER / name).write_text(json.dumps(entry, indent=1) + "\n")
    return [name for name, _ in new]


def faults() -> Iterator[str]:
    """Says what is wrong between the code and the versions ever stored, and how to mend it."""
    today, kept = entries(), stored()
    for name, entry in today.items():
        if name not in kept:
            yield f"{name} is not in the catalogue: run `python -m ops catalogue` and commit the file"
        elif kept[name] != entry:
            yield (
                f"{name} is stored with another shape: raise the event's schema_version, "
                "enter an upcaster in domain/catalogue.py, and run `python -m ops catalogue`"
            )
    newest = {event.__name__: event.schema_version for event in EVENTS}
    for name in kept:
        kind, version = name.removesuffix(".json").rsplit(".", 1)
        if kind not in newest:
            yield f"{name} was stored once: an event's class can never be taken away"
        elif int(version) < newest[kind] and (kind, int(version)) not in UPCASTERS:
            yield f"{name} needs an upcaster in domain/catalogue.py to the version after it"
