"""A replay's progress as one line: for people with a bar, for programs as JSON."""

import json
from typing import Any

from engine.replays.progress import Progress
from engine.replays.replay import State

_BAR = 24
_MINUTE_S, _HOUR_S = 60, 3600
_SAID = {
    State.QUEUED: "waits for its turn",
    State.INDEXING: "makes keys and indexes",
    State.CATCHING_UP: "catches up with what came meanwhile",
    State.VERIFYING: "compares with what is served and with the log",
    State.SWAPPING: "puts it in place",
    State.DONE: "done",
    State.CANCELLED: "cancelled",
}


def name_of(progress: Progress) -> str:
    return f"{progress.model}_g{progress.generation}" if progress.generation else progress.model


def as_text(progress: Progress, per_s: float, lag: int) -> str:
    words = [name_of(progress)]
    if progress.is_paused and not progress.has_ended:
        words.append("is paused;")
    if progress.state is State.BUILDING:
        words.append(_building(progress, per_s))
    else:
        words.append(_SAID.get(progress.state, str(progress.state)))
    if progress.problem:
        words.append(f"({progress.problem})")
    if not progress.has_ended:
        words.append(f"lag {lag:,}")
    return " ".join(words)


def as_json(progress: Progress, per_s: float, lag: int) -> str:
    told: dict[str, Any] = {**progress.as_json(), "events_per_s": round(per_s), "left_s": _left_s(progress, per_s)}
    return json.dumps({**told, "lag": lag}, default=str)


def _building(progress: Progress, per_s: float) -> str:
    share = progress.folded / progress.events if progress.events else 1.0
    bar = "#" * int(share * _BAR)
    left = _left_s(progress, per_s)
    time_left = f", {_clock(left)} left" if left is not None else ""
    counted = f"{progress.folded:,} of {progress.events:,} events"
    return f"[{bar:-<{_BAR}}] {share:.0%} {counted}, {per_s:,.0f}/s{time_left},"


def _left_s(progress: Progress, per_s: float) -> int | None:
    if progress.state is not State.BUILDING or per_s < 1:
        return None
    return round((progress.events - progress.folded) / per_s)


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, _HOUR_S)
    minutes, rest = divmod(rest, _MINUTE_S)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
