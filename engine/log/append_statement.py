"""The one statement that appends: a group as parallel arrays, and what the log answered."""

from collections.abc import Iterable, Sequence
from typing import Any

from engine.log.partitioning import partition_of
from engine.log.records import Append, Appended, AppendRefused, ClaimTaken, GuardFailed, KeyUsed, VersionConflict

_ARRAYS = (
    *("uuid", "text", "int", "text", "smallint", "text", "text", "bytea", "text"),  # appends
    *(
        "int",
        "uuid",
        "uuid",
        "text",
        "int",
        "text",
        "smallint",
        "boolean",
        "text",
        "smallint",
        "text",
        "text",
    ),  # events
    *("int", "text", "text", "text"),  # claims
    *("int", "text", "text", "text"),  # releases
    *("int", "text", "int"),  # guards
    *("int", "text", "text", "text", "timestamptz"),  # secrets
    *("int", "uuid", "text", "bytea"),  # keys
)
_PLACES = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_ARRAYS, 1))
APPEND_GROUP = f"SELECT * FROM append_group({_PLACES})"  # noqa: S608 - made of the constants above


def arguments(group: Sequence[Append], partitions: int) -> list[Sequence[object]]:
    """The group as the statement's arguments."""
    placed = [(n, append, partition_of(append.partition_key, partitions)) for n, append in enumerate(group, 1)]
    return [
        *_columns((_append_row(append, partition) for _, append, partition in placed), 9),
        *_columns((row for n, append, partition in placed for row in _event_rows(n, append, partition)), 12),
        *_columns(((n, c.kind, c.value, append.stream) for n, append, _ in placed for c in append.claims), 4),
        *_columns(((n, r.kind, r.value, append.stream) for n, append, _ in placed for r in append.releases), 4),
        *_columns(((n, g.stream, g.version) for n, append, _ in placed for g in append.guards), 3),
        *_columns(
            ((n, append.stream, s.kind, s.value, s.expires_at) for n, append, _ in placed for s in append.secrets), 5
        ),
        *_columns((row for n, append, _ in placed for row in _key_rows(n, append)), 4),
    ]


def outcome(append: Append, row: Any) -> Appended | AppendRefused:
    """What the log answered for one append."""
    match row["outcome"]:
        case "stored" | "known":
            return Appended(
                position=row["at_position"],
                version=row["at_version"],
                partition=row["at_partition"],
                sequence=row["at_sequence"],
                recorded_at=row["at_time"],
                epoch=row["at_epoch"],
            )
        case "version":
            return VersionConflict(append.stream, append.expected_version, row["at_version"])
        case "claim":
            kind, _, value = row["subject"].partition(":")
            return ClaimTaken(kind, value)
        case "guard":
            return GuardFailed(row["subject"])
        case _:
            return KeyUsed()


def _columns(rows: Iterable[tuple[object, ...]], width: int) -> Sequence[Sequence[object]]:
    return list(zip(*rows, strict=True)) or [()] * width


def _append_row(append: Append, partition: int) -> tuple[object, ...]:
    known = append.idempotency
    answer = (known.scope, known.key, known.request_hash, known.answer) if known else (None, None, None, None)
    return (append.append_id, append.stream, append.expected_version, append.partition_key, partition, *answer)


def _event_rows(n: int, append: Append, partition: int) -> Iterable[tuple[object, ...]]:
    last = len(append.events)
    for place, event in enumerate(append.events, 1):
        yield (
            n,
            event.id,
            append.append_id,
            append.stream,
            append.expected_version + place,
            append.partition_key,
            partition,
            place == last,
            event.type,
            event.schema_version,
            event.data,
            event.metadata,
        )


def _key_rows(n: int, append: Append) -> Iterable[tuple[object, ...]]:
    for made in append.new_keys:
        yield n, made.account, made.scope, made.key
    for account, scope in append.destroyed_keys:
        yield n, account, scope, None
