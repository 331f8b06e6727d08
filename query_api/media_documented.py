"""What OpenAPI says of the doors to media."""

from typing import Any

from kit.http.documenting import header, problem_answers
from kit.media.kinds import KINDS
from query_api.documented import door
from query_api.media_schemas import TEXT

_BYTES = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in KINDS}
_RANGE = {"Content-Range": {"schema": TEXT}}


def bytes_door() -> dict[str, Any]:
    """Keyword arguments for a route that answers with a file."""
    problems = {404: ["MediaNotFound"], 503: ["MediaStoreUnavailable"]}
    found = door({}, path="media", problems=problems)
    answers = found["responses"]
    answers[200]["content"] = _BYTES
    answers[206] = {**answers[200], "description": "The part that was asked for", "headers": _RANGE}
    answers |= problem_answers({416: ["RangeNotSatisfiable"]})
    variant = {"name": "variant", "in": "path", "required": True, "schema": {**TEXT, "minLength": 1}}
    wanted = header("Range", "One part, such as `bytes=0-1023`; of several the whole is sent.")
    found["openapi_extra"]["parameters"] += [variant, wanted]
    return found
