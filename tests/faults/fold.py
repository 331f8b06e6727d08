"""Folds the whole log in memory, one event at a time, the slow and obvious way: what every read table must equal."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from engine.log.records import Recorded
from engine.projection.contract import Contribution, ReadModel, RowFold
from engine.projection.rows import field_names
from tests.read_models.history import Rendering

Rows = dict[tuple[Any, ...], Any]


def fold_table(table_fold: RowFold[Any], history: Iterable[Recorded]) -> Rows:
    rows: Rows = {}
    for recorded in history:
        if isinstance(recorded.event, table_fold.events):
            for key in table_fold.keys_of(recorded):
                after = table_fold.fold(rows.pop(key, None), recorded, Rendering())
                if after is not None:
                    rows[key] = after
    finish = table_fold.finish
    return rows if finish is None else {key: finish(row, Rendering()) for key, row in rows.items()}


def as_text(row: Sequence[Any]) -> str:
    """One spelling for a row, whether a fold or a driver made it."""
    return repr(tuple(map(_plain, row)))


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    if isinstance(value, UUID):
        return str(value)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def expected_tables(models: Iterable[ReadModel], history: list[Recorded]) -> dict[str, set[str]]:
    """Every table's rows as text; a counter's are summed over its partitions, those of nothing left out."""
    tables: dict[str, set[str]] = {}
    for table_fold in (each for model in models for each in model.folds):
        rows = list(fold_table(table_fold, history).values())
        names = field_names(table_fold.row)
        tables[table_fold.table.name] = {as_text([getattr(row, name) for name in names]) for row in rows}
        for index in table_fold.index_rows:
            tables[index.table.name] = {as_text(derived) for row in rows for derived in index.rows(row)}
        for contribution in table_fold.contributions:
            tables[contribution.table.name] = _totals(contribution, rows)
    return tables


def _totals(contribution: Contribution[Any], rows: Iterable[Any]) -> set[str]:
    totals: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in rows:
        for key, amounts in contribution.amounts(row).items():
            before = totals[key] or [0] * len(amounts)
            totals[key] = [a + b for a, b in zip(before, amounts, strict=True)]
    return {as_text((*key, *amounts)) for key, amounts in totals.items() if any(amounts)}
