"""What a benchmark case gives: named numbers, each perhaps with a target that was set before measuring."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number. `target` is read as `at least`, or `at most` when `is_ceiling`; None: reported only."""

    case: str
    name: str
    value: float
    unit: str
    target: float | None = None
    is_ceiling: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        is_met = self.value <= self.target if self.is_ceiling else self.value >= self.target
        return "met" if is_met else "MISSED"

    @property
    def wanted(self) -> str:
        if self.target is None:
            return ""
        return f"{'<=' if self.is_ceiling else '>='} {self.target:g}"


def as_markdown(measurements: list[Measurement]) -> str:
    lines = ["| case | what | measured | target | |", "|---|---|---|---|---|"]
    for m in measurements:
        note = f" ({m.note})" if m.note else ""
        lines.append(f"| {m.case} | {m.name}{note} | {m.value:,.4g} {m.unit} | {m.wanted} | {m.verdict} |")
    return "\n".join(lines) + "\n"
