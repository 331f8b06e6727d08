"""What may be asked of /changes and what is answered, as OpenAPI says it."""

from typing import Any

from kit.http.documenting import header
from query_api.documented import query
from read_models.changes import KINDS

MOST_SECONDS = 86_400
LISTENED: list[dict[str, Any]] = [
    query(
        "after",
        "Where to begin, for who has heard nothing yet: an id, or the token that a command answered with. Of "
        "partitions that it does not name, only what comes is told.",
        {"type": "string", "minLength": 1},
    ),
    {
        **query(
            "kind",
            "Only of this kind; repeated: of any of them.",
            {"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
        ),
        "style": "form",
        "explode": True,
    },
    {
        **query(
            "post",
            "Only of this post and its comments; repeated: of any of them.",
            {"type": "array", "items": {"type": "string", "format": "uuid"}},
        ),
        "style": "form",
        "explode": True,
    },
    query(
        "seconds",
        "How long to listen. 0: what was missed alone, then the answer ends; left out: as long as the connection "
        "lasts.",
        {"type": "integer", "minimum": 0, "maximum": MOST_SECONDS},
    ),
    header(
        "Last-Event-ID",
        "The id of the event that was heard last: what came after it follows at once.",
        pattern=r"^(\d{1,9}:\d+\.\d+(,\d+\.\d+)*)?$",
    ),
]
CHANGE_STREAM: dict[str, Any] = {  # of no type: tools apply it to the whole stream, or to each event of it
    "description": "docs/asyncapi.yaml describes the events",
    "example": 'event: post.published\ndata: {"kind":"post.published","post":"0192b1a0-7f3c-7d6e-8a51-3c2f9d1e4b70",'
    '"read":"/posts/0192b1a0-7f3c-7d6e-8a51-3c2f9d1e4b70"}\nid: 1:3.120,7.44\n\n',
}
