"""What `verify` found, as rows for `show`, and the values behind it for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.audit.values import ValueApart
from engine.audit.verdict import Verdict, summary
from ops.tables import printable

_VALUE_LENGTH = 200


def as_record(model: str, generation: int, verdict: Verdict) -> dict[str, Any]:
    """For programs: keys and columns, no values."""
    return {
        "model": model,
        "generation": generation,
        "is_same": verdict.is_same,
        "keys": verdict.keys,
        "rows": verdict.rows,
        "erased": verdict.erased,
        "unfolded": verdict.unfolded,
        "not_compared": list(verdict.not_compared),
        "differences": verdict.as_json(),
    }


def as_row(model: str, generation: int, verdict: Verdict) -> dict[str, Any]:
    """For people: one line a read model."""
    found = "same" if verdict.is_same else summary(verdict.differences)
    notes = [f"{verdict.unfolded} keys cannot be folded"] if verdict.unfolded else []
    notes += [f"not compared: {', '.join(verdict.not_compared)}"] if verdict.not_compared else []
    return {
        "model": model,
        "generation": generation,
        "keys": verdict.keys,
        "rows": verdict.rows,
        "found": "; ".join([found, *notes]),
    }


def keys_of(verdict: Verdict) -> list[str]:
    """The partition keys that the verdict names."""
    return list(dict.fromkeys(key for each in verdict.differences for key in each.keys))


def key_lines(model: str, verdict: Verdict) -> Iterator[str]:
    for each in verdict.differences:
        if each.keys:
            yield f"{model}: {each.table}: keys {', '.join(map(printable, each.keys))}"


def value_lines(model: str, values: Sequence[ValueApart]) -> Iterable[str]:
    """`-` is what is stored, `+` what the log says."""
    for each in values:
        yield f"{model} {printable(each.key)} {each.table}.{each.column}"
        yield f"  - {_value(each.stored)}"
        yield f"  + {_value(each.expected)}"


def _value(value: Any) -> str:
    text = printable("nothing" if value is None else repr(value))
    return text if len(text) <= _VALUE_LENGTH else f"{text[:_VALUE_LENGTH]}... ({len(text)} characters)"
