"""Loaded by schemathesis: how lines of JSON are sent, and that nobody listens for ever."""

from typing import Any

import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: dict[str, Any]) -> None:
    if case.operation.path == "/changes":
        case.query.setdefault("seconds", 0)
