"""The shapes of media in answers."""

from typing import Any

from kit.media.kinds import KINDS

TEXT: dict[str, Any] = {"type": "string"}
_PERHAPS: dict[str, Any] = {"type": ["string", "null"]}
_PIXELS: dict[str, Any] = {"type": ["integer", "null"], "minimum": 1}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_TYPE: dict[str, Any] = {"type": "string", "enum": list(KINDS)}
_SIZE = {"type": _TYPE, "size_bytes": _COUNT, "width": _PIXELS, "height": _PIXELS}
_SIZE_EXAMPLE = {"type": "image/jpeg", "size_bytes": 183_204, "width": 1600, "height": 1067}
_ID = "0192b1a4-9d0e-7c31-b8a2-6f1d2e3c4b5a"
_URL = {**TEXT, "description": "of the bytes, on this API"}

_VARIANT = {
    "type": "object",
    "required": [*_SIZE, "name", "url"],
    "properties": {**_SIZE, "name": TEXT, "url": _URL},
}
_GLANCE: dict[str, Any] = {
    "colour": {**_PERHAPS, "description": "the dominant one, as `#rrggbb`; null: not known yet"},
    "placeholder": {**_PERHAPS, "description": "a blurred miniature, as a `data:` URL to put into a page"},
}
_GLANCE_EXAMPLE = {"colour": "#2f5d7c", "placeholder": "data:image/webp;base64,UklGRkAAAABXRUJQ"}
_ALT = {**_PERHAPS, "description": "what stands for it where it is not seen; null: not said"}
_VARIANTS = {"type": "array", "items": _VARIANT}
_PROPERTIES: dict[str, Any] = {
    "id": {"type": "string", "format": "uuid"},
    "version": _COUNT,
    "owner": {"type": "string", "format": "uuid", "description": "an account's id"},
    "status": {"type": "string", "enum": ["uploaded", "processed", "rejected"]},
    **_SIZE,
    "duration_ms": {"type": ["integer", "null"], "minimum": 0, "description": "of a film"},
    "alt": _ALT,
    **_GLANCE,
    "uploaded_at": {"type": "string", "format": "date-time"},
    "is_public": {"type": "boolean", "description": "whether a public post uses it"},
    "variants": {
        **_VARIANTS,
        "description": "what was made of it, and the original: of what was processed for those who may change it",
    },
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
        "status": "processed",
        **_SIZE_EXAMPLE,
        "duration_ms": None,
        "alt": "A lighthouse at dusk, seen from the sea.",
        **_GLANCE_EXAMPLE,
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
_OF_A_COVER: dict[str, Any] = {
    "id": {"type": "string", "format": "uuid", "description": "a medium's id"},
    "url": {**_URL, "description": "of the largest form that a reader gets"},
    "type": _TYPE,
    "alt": _ALT,
    "width": _PIXELS,
    "height": _PIXELS,
    **_GLANCE,
    "variants": {**_VARIANTS, "description": "empty until they are made"},
}
COVER: dict[str, Any] = {
    "type": ["object", "null"],
    "description": "null: it has none, or one that was deleted or cannot be shown",
    "required": list(_OF_A_COVER),
    "properties": _OF_A_COVER,
}
COVER_EXAMPLE: dict[str, Any] = {
    "id": _ID,
    "url": f"/media/{_ID}/original",
    "type": "image/jpeg",
    "alt": "A lighthouse at dusk, seen from the sea.",
    "width": 4000,
    "height": 2667,
    **_GLANCE_EXAMPLE,
    "variants": [{**_SIZE_EXAMPLE, "name": "large.jpg", "url": f"/media/{_ID}/large.jpg"}],
}
