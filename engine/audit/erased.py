"""Events whose personal text is gone: what else their text could have been.

A row folded before a key was destroyed holds text that nobody can fold again. Folding once with nothing and once
with another text in its place tells which columns hang on it: those cannot be compared, all others can.
"""

from typing import Any

import orjson

from engine.log.records import Recorded, StoredEvent

_BOX = '"box"'
_STAND_IN = "text that was erased"


def with_other_texts(stored: StoredEvent, recorded: Recorded) -> Recorded:
    """The same event when nothing of it was erased, else one with another text in each such place."""
    if None not in vars(recorded.event).values() or _BOX not in stored.data:
        return recorded
    fields: dict[str, Any] = orjson.loads(stored.data)
    boxed = (
        name for name, value in fields.items() if isinstance(value, dict) and value.keys() == {"of", "scope", "box"}
    )
    gone = [name for name in boxed if getattr(recorded.event, name, _STAND_IN) is None]
    if not gone:
        return recorded
    return recorded._replace(event=recorded.event.model_copy(update=dict.fromkeys(gone, _STAND_IN)))
