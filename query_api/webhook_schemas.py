"""The shapes of what is answered about webhooks."""

from typing import Any

from read_models.changes import KINDS

_TEXT: dict[str, Any] = {"type": "string"}
_PERHAPS: dict[str, Any] = {"type": ["string", "null"]}
_ID: dict[str, Any] = {"type": "string", "format": "uuid"}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}


def _page(example: dict[str, Any], **properties: Any) -> dict[str, Any]:
    item = {"type": "object", "required": list(properties), "properties": properties}
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {"items": {"type": "array", "items": item}, "next": _PERHAPS},
        "example": {"items": [example], "next": None},
    }


WEBHOOKS = _page(
    {
        "id": "0192b1a0-7f3c-7d6e-8a51-3c2f9d1e4b70",
        "version": 3,
        "url": "https://example.org/hooks",
        "kinds": ["post.published", "post.withdrawn"],
        "description": "Rebuilds the static site.",
        "status": "paused",
        "reason": "nothing was accepted for 24 hours: status 503",
        "is_automatic": True,
        "created_at": "2026-03-01T11:58:00Z",
        "updated_at": "2026-03-04T12:00:00Z",
    },
    id=_ID,
    version=_COUNT,
    url=_TEXT,
    kinds={"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
    description=_TEXT,
    status={"type": "string", "enum": ["active", "paused"]},
    reason=_PERHAPS,
    is_automatic={"type": "boolean", "description": "the system has paused it"},
    created_at=_MOMENT,
    updated_at=_MOMENT,
)
DELIVERIES = _page(
    {
        "id": 120,
        "message": "msg_0192b1a07f3c7d6e8a513c2f9d1e4b70",
        "kind": "post.published",
        "key": "0192b1a0-7f3c-7d6e-8a51-3c2f9d1e4b70",
        "attempt": 2,
        "outcome": "refused",
        "status": 503,
        "duration_ms": 45,
        "error": None,
        "excerpt": "Back soon.",
        "tried_at": "2026-03-01T12:00:05Z",
    },
    id=_COUNT,
    message={**_TEXT, "description": "its webhook-id, the same at every attempt"},
    kind={"type": "string", "enum": [*KINDS, "webhook.test"]},
    key={**_TEXT, "description": "what keeps messages in order: the post's id"},
    attempt=_COUNT,
    outcome={"type": "string", "enum": ["accepted", "refused", "given_up"]},
    status={"type": ["integer", "null"], "description": "of the answer; null: there was none"},
    duration_ms=_COUNT,
    error={**_PERHAPS, "description": "why there was no answer"},
    excerpt={**_PERHAPS, "description": "how an answer that was no acceptance began"},
    tried_at=_MOMENT,
)
