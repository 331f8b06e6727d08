"""What the jobs processes logged about an event, from the files of a stack."""

import json
from collections import deque
from pathlib import Path
from typing import Any
from uuid import UUID

_MOST = 20
_LEFT_OUT = {"event_id", "process"}


def lines_about(folder: Path, event: UUID) -> list[dict[str, Any]]:
    """The newest, in order; none where no stack keeps its logs. Rotated files are read as well, the oldest first."""
    found: deque[dict[str, Any]] = deque(maxlen=_MOST)
    wanted = str(event).encode()
    for file in sorted(folder.glob("jobs*.jsonl*"), key=lambda each: each.stat().st_mtime):
        with file.open("rb") as lines:
            for line in lines:
                if wanted in line and (parsed := _parsed(line)).get("event_id") == str(event):
                    found.append({name: value for name, value in parsed.items() if name not in _LEFT_OUT})
    return list(found)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}  # the file's last line, half written
    return found if isinstance(found, dict) else {}
