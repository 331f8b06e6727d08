"""The shape of notices."""

from typing import Any

from read_models.notices import KINDS

_TEXT: dict[str, Any] = {"type": "string"}
_PERHAPS: dict[str, Any] = {"type": ["string", "null"]}
_ID: dict[str, Any] = {"type": "string", "format": "uuid"}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}


def _of_a_kind(about: str, **properties: Any) -> dict[str, Any]:
    found = {"type": ["object", "null"], "required": list(properties), "properties": properties}
    return {**found, "description": about}


_ITEM: dict[str, Any] = {
    "kind": {
        "type": "string",
        "enum": list(KINDS),
        "description": "comment: on one's post; reply: to one's comment; moderation: of one's comment; follower",
    },
    "noticed_at": _MOMENT,
    "by": _of_a_kind("who did it; null of moderation", id=_ID, handle=_PERHAPS, name=_PERHAPS),
    "comment": _of_a_kind(
        "null of a follower",
        id=_ID,
        parent={"type": ["string", "null"], "format": "uuid"},
        status={"type": "string", "enum": ["shown", "hidden", "rejected"]},
        html={**_TEXT, "description": "safe to show"},
    ),
    "post": _of_a_kind("that the comment is on", id=_ID, slug=_TEXT, title=_PERHAPS),
}
NOTICES: dict[str, Any] = {
    "type": "object",
    "required": ["items", "next"],
    "properties": {
        "items": {"type": "array", "items": {"type": "object", "required": list(_ITEM), "properties": _ITEM}},
        "next": _PERHAPS,
    },
    "example": {
        "items": [
            {
                "kind": "reply",
                "noticed_at": "2026-03-01T12:30:00Z",
                "by": {"id": "0192b19f-1c1e-7a01-b1c5-5d1b8f0a2c11", "handle": "ana", "name": "Ana"},
                "comment": {
                    "id": "0192b1a4-11d2-7c0a-9c35-60a1b4a1e7f3",
                    "parent": "0192b1a3-5e0b-7b44-8f2a-91c2d3e4f5a6",
                    "status": "shown",
                    "html": "<p>I have seen that light. <em>Once.</em></p>\n",
                },
                "post": {
                    "id": "0192b1a0-7f3c-7d6e-8a51-3c2f9d1e4b70",
                    "slug": "the-keeper-of-the-light",
                    "title": "The keeper of the light",
                },
            }
        ],
        "next": None,
    },
}
