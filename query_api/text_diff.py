"""What differs between two texts, line by line, in bounded time."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

MOST_LINES = 1_000
"""Between the lines that are the same at both ends. More than that is shown as replaced."""
_CONTEXT = 3

Opcode = tuple[str, int, int, int, int]


def hunks(before: str, after: str) -> list[dict[str, Any]]:
    """The places that differ, each with a few lines around: `=` stays, `-` goes, `+` is new."""
    old, new = before.splitlines(), after.splitlines()
    return [_hunk(group, old, new) for group in _grouped(_opcodes(old, new)) if _differs(group)]


def _hunk(group: Sequence[Opcode], old: Sequence[str], new: Sequence[str]) -> dict[str, Any]:
    lines: list[dict[str, str]] = []
    for tag, first, last, other_first, other_last in group:
        if tag == "equal":
            lines += [{"change": "=", "text": line} for line in old[first:last]]
        else:
            lines += [{"change": "-", "text": line} for line in old[first:last]]
            lines += [{"change": "+", "text": line} for line in new[other_first:other_last]]
    return {"from_line": group[0][1] + 1, "to_line": group[0][3] + 1, "lines": lines}


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """From the beginning to the end of both. difflib's time grows with the square of what is given to it."""
    head = _same(old, new)
    tail = _same(old[head:][::-1], new[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    middle = _compared(old[head:old_end], new[head:new_end])
    return [
        ("equal", 0, head, 0, head),
        *((tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in middle),
        ("equal", old_end, len(old), new_end, len(new)),
    ]


def _same(old: Sequence[str], new: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    if max(len(old), len(new)) > MOST_LINES:
        return [("replace", 0, len(old), 0, len(new))]
    return list(SequenceMatcher(None, old, new).get_opcodes())


def _grouped(opcodes: Sequence[Opcode]) -> list[list[Opcode]]:
    """Cuts what stays the same down to the lines around what does not."""
    groups: list[list[Opcode]] = [[]]
    for number, (tag, first, last, other_first, other_last) in enumerate(opcodes):
        if tag != "equal":
            groups[-1].append((tag, first, last, other_first, other_last))
            continue
        kept = min(_CONTEXT, last - first)
        is_first, is_last = number == 0, number == len(opcodes) - 1
        if not is_first and not is_last and last - first <= 2 * _CONTEXT:
            groups[-1].append((tag, first, last, other_first, other_last))
            continue
        if not is_first:
            groups[-1].append((tag, first, first + kept, other_first, other_first + kept))
        groups.append([] if is_last else [(tag, last - kept, last, other_last - kept, other_last)])
    return groups


def _differs(group: Sequence[Opcode]) -> bool:
    return any(tag != "equal" for tag, *_ in group)
