"""How what people wrote is shown to an operator: enough to recognise it."""

import json
from typing import Any

from engine.log.records import StoredEvent

ERASED = "(erased)"
_MOST = 24


def shortened(text: str) -> str:
    """At most half of a text, and 24 characters of it."""
    kept = min(_MOST, (len(text) + 1) // 2)
    return text if kept == len(text) else f"{text[:kept]}…"


def personal_texts(stored: StoredEvent, event: Any) -> dict[str, str]:
    """The personal texts that an event carries, whole; ERASED where its key is destroyed."""
    sealed = json.loads(stored.data)
    texts = {}
    for name in type(event).personal_fields():
        text = getattr(event, name)
        if text is not None or sealed.get(name) is not None:
            texts[name] = ERASED if text is None else text
    return texts
