"""What OpenAPI says of the doors: they read their parameters themselves, so it is said here."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from kit.http.documenting import BEARER, SIGNED_IN, Problems, header, problem_answers
from query_api.schemas import ACCOUNT, AUTHOR, CATEGORY, CATEGORY_TREE, POST_CARDS, POST_PAGE, SITE, TAG_PAGE

__all__ = [
    "ACCOUNT",
    "AUTHOR",
    "CATEGORY",
    "CATEGORY_TREE",
    "CHANGES",
    "COMPARED",
    "DAYS",
    "EARLIER",
    "FED",
    "FLAGGED_ONES",
    "LISTED",
    "MINE",
    "OF_A_THREAD",
    "POST_CARDS",
    "POST_PAGE",
    "PROFILES",
    "SEARCHED",
    "SITE",
    "SITEMAP",
    "TAGS",
    "TAG_PAGE",
    "door",
]

_ALWAYS: Problems = {
    400: ("MalformedToken",),
    401: ("InvalidToken",),
    409: ("ForeignEpoch",),
    412: ("NotYetConsistent",),
    422: ("InvalidRequest",),
    500: ("InternalError",),
    503: ("ReadDatabaseUnavailable", "ReadModelMissing", "Busy", "SignInUnavailable"),
}
_HEADERS = [
    header(
        "Consistency-Token",
        "Answered by a command: wait until it can be seen.",
        pattern=r"^(\d{1,9}:\d+\.\d+(,\d+\.\d+)*)?$",
    ),
    header("Prefer", "`wait=N`: seconds to wait for the token; `handling=strict`: 412 when that was not enough."),
    header("If-None-Match", "An ETag: 304 when the answer is still the same."),
]
_TEXT: dict[str, Any] = {"type": "string"}
_VERSION: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}


def query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _choice(*values: str, default: str | None = None) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)} | ({} if default is None else {"default": default})


_PAGED = [
    query("limit", "How many.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
    query(
        "cursor", "`next` of the page before; the other parameters stay the same.", {"type": "string", "minLength": 1}
    ),
]
PROFILES = query(
    "profiles",
    "With what the authors say of themselves and, for whoever is signed in, whether they are followed.",
    {"type": "boolean", "default": False},
)
_TIME_AND_TITLE = ("-published_at", "published_at", "title")
_COUNTED = [*_PAGED, query("total", "Count them too, exact to 10,000.", {"type": "boolean", "default": False})]
_STATUS = ("published", "draft", "scheduled", "archived")
LISTED = [
    {
        **query(
            "tag",
            "Any spelling of a tag; repeated: posts that have all of them.",
            {"type": "array", "maxItems": 10, "items": {"type": "string", "minLength": 1, "maxLength": 50}},
        ),
        "style": "form",
        "explode": True,
    },
    query("category", "An id or a slug; with what is below it.", {"type": "string", "minLength": 1, "maxLength": 200}),
    query("author", "A handle or an account's id.", {"type": "string", "minLength": 1, "maxLength": 200}),
    query(
        "status", "Other than published: your own, or everybody's for editors.", _choice(*_STATUS, default="published")
    ),
    query("language", "BCP 47, such as `en` or `pt-BR`.", {"type": "string", "minLength": 1, "maxLength": 200}),
    query("published_after", "Later than this.", {"type": "string", "format": "date-time"}),
    query("published_before", "Earlier than this.", {"type": "string", "format": "date-time"}),
    query("liked_by", "A handle or an account's id.", {"type": "string", "minLength": 1, "maxLength": 200}),
    query("following", "Of those alone whom whoever asks follows.", _choice("true", "false", default="false")),
    query(
        "order",
        "Which first; by likes and comments for what is published, by the time of liking, as is the rule there, with "
        "`liked_by`. Lists of one tag, category, author or language, of all posts, of what one likes and of those whom "
        "one follows by time are read off indexes; other combinations look at 5,000 posts a page, which may then have "
        "fewer than asked for.",
        _choice(*_TIME_AND_TITLE, "-likes", "-comments", "-liked_at"),
    ),
    *_COUNTED,
    PROFILES,
]
MINE = [
    query("status", "All of them when left out.", _choice(*_STATUS)),
    query("order", "Which first.", _choice(*_TIME_AND_TITLE, default="-published_at")),
    *_COUNTED,
]
FED = list(_PAGED)
SEARCHED = [
    {
        **query("q", "Words: posts that have all of them.", {"type": "string", "minLength": 1, "maxLength": 200}),
        "required": True,
    },
    *(each for each in LISTED if each["name"] in {"tag", "language"}),
    *_PAGED,
]
OF_A_THREAD = [
    query("limit", "How many.", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
    _PAGED[1],
    query("total", "Count the comments that everybody sees too.", {"type": "boolean", "default": False}),
    PROFILES,
]
FLAGGED_ONES = [query("status", "Which ones.", _choice("flagged", default="flagged")), *_PAGED]
SITEMAP = [query("cursor", "Of a list that the index names.", {"type": "string", "minLength": 1})]
EARLIER = [
    query("version", "As it was at this version.", _VERSION),
    query("as_of", "As it was at this time.", {"type": "string", "format": "date-time"}),
    query("preview", "Of a preview link: shows what is not public.", {"type": "string", "minLength": 1}),
]
COMPARED = [
    {**query("from", "A version.", _VERSION), "required": True},
    {**query("to", "Another one.", _VERSION), "required": True},
]
CHANGES = list(_PAGED)
_DAY = {"type": "string", "format": "date"}
DAYS = [
    query("from", "The first day; 30 days are counted when left out, and at most 366.", _DAY),
    query("to", "The last day; today when left out.", _DAY),
]
TAGS = [query("order", "Which first.", _choice("-posts", "tag", default="-posts")), *_PAGED]


def door(  # noqa: PLR0913 - what a door is said to be
    answer: dict[str, Any],
    *,
    parameters: Sequence[dict[str, Any]] = (),
    path: str | None = None,
    is_open: bool = True,
    media_type: str = "application/json",
    also: Sequence[str] = (),
    problems: Problems | None = None,
) -> dict[str, Any]:
    """Keyword arguments for a route.

    Args:
        answer: the schema of what is answered.
        parameters: those of the query.
        path: the parameter in the path, if any; it may then have moved, or not exist.
        is_open: whether somebody not signed in may use it.
        media_type: of what is answered.
        also: further parameters in the path, which are numbers.
        problems: further codes.
    """
    elsewhere = {308: {"description": "It has another name now", "headers": _headers("Location")}} if path else {}
    listed = [_ALWAYS, {} if is_open else SIGNED_IN, problems or {}]
    return {
        "response_class": Response,
        "responses": {
            200: {
                "description": "Found",
                "headers": _headers("ETag", "Cache-Control", "Vary", "Stale", *(["Link"] if parameters else [])),
                "content": {media_type: {"schema": answer}},
            },
            304: {"description": "Not modified"},
            **elsewhere,
            **problem_answers(*listed),
        },
        "openapi_extra": {
            "parameters": [*_in_path(path, also), *parameters, *_HEADERS],
            "security": [*([{}] if is_open else []), *BEARER],
        },
    }


def _in_path(path: str | None, also: Sequence[str]) -> list[dict[str, Any]]:
    schemas = ({} if path is None else {path: {**_TEXT, "minLength": 1}}) | dict.fromkeys(also, _VERSION)
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name, schema in schemas.items()]


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"schema": _TEXT} for name in names}
