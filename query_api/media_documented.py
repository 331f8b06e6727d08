"""What OpenAPI says of media."""

from typing import Any

from kit.http.documenting import header, problem_answers
from kit.media.kinds import KINDS
from query_api.documented import door

_TEXT: dict[str, Any] = {"type": "string"}
_PERHAPS: dict[str, Any] = {"type": ["string", "null"]}
_PIXELS: dict[str, Any] = {"type": ["integer", "null"], "minimum": 1}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_TYPE: dict[str, Any] = {"type": "string", "enum": list(KINDS)}
_SIZE = {"type": _TYPE, "size_bytes": _COUNT, "width": _PIXELS, "height": _PIXELS}
_SIZE_EXAMPLE = {"type": "image/jpeg", "size_bytes": 183_204, "width": 1600, "height": 1067}
_ID = "0192b1a4-9d0e-7c31-b8a2-6f1d2e3c4b5a"

_VARIANT = {
    "type": "object",
    "required": [*_SIZE, "name", "url"],
    "properties": {**_SIZE, "name": _TEXT, "url": {**_TEXT, "description": "of the bytes, on this API"}},
}
_PROPERTIES: dict[str, Any] = {
    "id": {"type": "string", "format": "uuid"},
    "version": _COUNT,
    "owner": {"type": "string", "format": "uuid", "description": "an account's id"},
    "status": {"type": "string", "enum": ["uploaded", "processed", "rejected"]},
    **_SIZE,
    "alt": {**_PERHAPS, "description": "what stands for it where it is not seen; null: not said"},
    "uploaded_at": {"type": "string", "format": "date-time"},
    "is_public": {"type": "boolean", "description": "whether a public post uses it"},
    "variants": {"type": "array", "items": _VARIANT},
}
MEDIUM: dict[str, Any] = {
    "type": "object",
    "required": list(_PROPERTIES),
    "properties": {
        **_PROPERTIES,
        "filename": {**_PERHAPS, "description": "as it came; for those who may change it"},
        "reason": {**_PERHAPS, "description": "why it was rejected; for those who may change it"},
    },
    "example": {
        "id": _ID,
        "version": 2,
        "owner": "0192b19f-1c1e-7a01-b1c5-5d1b8f0a2c11",
        "status": "uploaded",
        **_SIZE_EXAMPLE,
        "alt": "A lighthouse at dusk, seen from the sea.",
        "uploaded_at": "2026-03-01T11:57:00Z",
        "is_public": True,
        "variants": [{**_SIZE_EXAMPLE, "name": "original", "url": f"/media/{_ID}/original"}],
    },
}
MEDIA_PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["items", "next"],
    "properties": {"items": {"type": "array", "items": MEDIUM}, "next": _PERHAPS},
}
_BYTES = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in KINDS}
_RANGE = {"Content-Range": {"schema": _TEXT}}


def bytes_door() -> dict[str, Any]:
    """Keyword arguments for a route that answers with a file."""
    problems = {404: ["MediaNotFound"], 503: ["MediaStoreUnavailable"]}
    found = door({}, path="media", problems=problems)
    answers = found["responses"]
    answers[200]["content"] = _BYTES
    answers[206] = {**answers[200], "description": "The part that was asked for", "headers": _RANGE}
    answers |= problem_answers({416: ["RangeNotSatisfiable"]})
    variant = {"name": "variant", "in": "path", "required": True, "schema": {**_TEXT, "minLength": 1}}
    wanted = header("Range", "One part, such as `bytes=0-1023`; of several the whole is sent.")
    found["openapi_extra"]["parameters"] += [variant, wanted]
    return found
