"""Folds the whole log in memory, one event at a time, the slow and obvious way: what every read table must equal."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from engine.log.records import Recorded
from engine.projection.contract import ReadModel, Renderer, RowFold

Rows = dict[tuple[Any, ...], Any]


class NoMemo:
    """Computes every time."""

    def get(self, renderer: Renderer, text: str) -> str:
        return renderer.render(text)


def fold_table(table_fold: RowFold[Any], history: Iterable[Recorded]) -> Rows:
    rows: Rows = {}
    for recorded in history:
        if isinstance(recorded.event, table_fold.events):
            key = table_fold.key(recorded)
            after = table_fold.fold(rows.get(key), recorded, NoMemo())
            if after is None:
                rows.pop(key, None)
            else:
                rows[key] = after
    return rows


def expected_tables(models: Iterable[ReadModel], history: list[Recorded]) -> dict[str, set[str]]:
    """Every table's rows as sorted text, contributions summed over partitions, index rows as a set."""
    tables: dict[str, set[str]] = {}
    for model in models:
        for table_fold in model.folds:
            rows = fold_table(table_fold, history).values()
            tables[table_fold.table.name] = {repr(astuple(row)) for row in rows}
            for index in table_fold.index_rows:
                tables[index.table.name] = {repr(tuple(derived)) for row in rows for derived in index.rows(row)}
            for contribution in table_fold.contributions:
                totals: dict[tuple[Any, ...], list[int]] = defaultdict(list)
                for row in rows:
                    for key, amounts in contribution.amounts(row).items():
                        now = totals[key] or [0] * len(amounts)
                        totals[key] = [a + b for a, b in zip(now, amounts, strict=True)]
                tables[contribution.table.name] = {
                    repr((*key, *amounts)) for key, amounts in totals.items() if any(amounts)
                }
    return tables
