"""stack.json: what runs now, where it answers and how it fares. Holds no secret."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from stack.home import Home, write_whole


class State(StrEnum):
    """Of one process, or of the stack."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"


@dataclass(slots=True)
class ProcessState:
    """One supervised process, servers included."""

    name: str
    state: State = State.WAITING
    pid: int | None = None
    started_at: float | None = None
    """Of the present life, seconds since 1970."""
    restarts: int = 0
    last_exit: str | None = None
    port: int | None = None


@dataclass(slots=True)
class StackState:
    """The whole stack."""

    pid: int
    started_at: float
    state: State
    urls: Mapping[str, str]
    processes: list[ProcessState] = field(default_factory=list)


def save(home: Home, state: StackState) -> None:
    write_whole(home.state, json.dumps(asdict(state), indent=1) + "\n")


def load(home: Home) -> StackState | None:
    """The state that was last written: by who runs now, or by who died. None when there is none to be read."""
    try:
        found: dict[str, Any] = json.loads(home.state.read_text(encoding="utf-8"))
        processes = [ProcessState(**{**each, "state": State(each["state"])}) for each in found.pop("processes")]
        return StackState(**{**found, "state": State(found["state"]), "processes": processes})
    except (OSError, ValueError, KeyError, TypeError):
        return None
