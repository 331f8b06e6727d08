"""Engines that lie about one event: it is dropped, applied twice, or after the next one of its key."""

from dataclasses import replace
from typing import Any, Literal

from engine.log.records import Recorded
from engine.projection.contract import Memo, ReadModel, RowFold

Lie = Literal["dropped", "twice", "late"]


def sabotaged(model: ReadModel, lie: Lie, position: int) -> ReadModel:
    return replace(model, folds=tuple(_lying(fold, lie, position) for fold in model.folds))


def _lying(fold: RowFold[Any], lie: Lie, position: int) -> RowFold[Any]:
    late: dict[tuple[Any, ...], Recorded] = {}

    def folded(row: Any, recorded: Recorded, memo: Memo) -> Any:
        if recorded.position == position:
            match lie:
                case "dropped":
                    return row
                case "twice":
                    return fold.fold(fold.fold(row, recorded, memo), recorded, memo)
                case "late":
                    late[fold.key(recorded)] = recorded
                    return row
        row = fold.fold(row, recorded, memo)
        held = late.pop(fold.key(recorded), None)
        return row if held is None else fold.fold(row, held, memo)

    return replace(fold, fold=folded, narrow=())
