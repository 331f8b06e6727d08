"""The shapes of answers, as JSON schemas with examples."""

from typing import Any

from query_api.media_schemas import COVER, COVER_EXAMPLE

_TEXT: dict[str, Any] = {"type": "string"}
_PERHAPS: dict[str, Any] = {"type": ["string", "null"]}
_ID: dict[str, Any] = {"type": "string", "format": "uuid"}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_YES: dict[str, Any] = {"type": "boolean"}

_POST_EXAMPLE: dict[str, Any] = {
    "id": "0192b1a0-7f3c-7d6e-8a51-3c2f9d1e4b70",
    "version": 2,
    "status": "published",
    "slug": "the-keeper-of-the-light",
    "title": "The keeper of the light",
    "excerpt": "It was long before the sea gave anything back.",
    "language": "en",
    "tags": ["Sea", "Memory"],
    "category": {"id": "0192b1a2-3c1e-7b02-91d4-0c3f2e9a7d15", "name": "Lighthouses", "slug": "lighthouses"},
    "cover": COVER_EXAMPLE,
    "authors": [{"id": "0192b19f-1c1e-7a01-b1c5-5d1b8f0a2c11", "handle": "ana", "name": "Ana"}],
    "comments_allowed": True,
    "created_at": "2026-03-01T11:58:00Z",
    "updated_at": "2026-03-01T12:00:00Z",
    "published_at": "2026-03-01T12:00:00Z",
    "likes": 12,
    "comments": 3,
}


def _object(optional: tuple[str, ...] = (), *, example: Any = None, **properties: Any) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    found = {"type": "object", "required": required, "properties": properties}
    return found if example is None else found | {"example": example}


def _page(items: dict[str, Any], *optional: str, example: Any, **more: Any) -> dict[str, Any]:
    shown = {"items": [example], "next": None}
    return _object(optional, example=shown, items={"type": "array", "items": items}, next=_PERHAPS, **more)


_PICTURE = {**_PERHAPS, "description": "the address of a picture"}
_AUTHORS = {"type": "array", "items": _object(id=_ID, handle=_PERHAPS, name=_PERHAPS)}
_OF_A_POST: dict[str, Any] = {
    "id": _ID,
    "version": _COUNT,
    "status": {"type": "string", "enum": ["published", "draft", "scheduled", "archived"]},
    "slug": _TEXT,
    "title": _PERHAPS,
    "excerpt": {**_TEXT, "description": "as given, else the first words of the body"},
    "language": _TEXT,
    "tags": {"type": "array", "items": _TEXT},
    "category": {**_object(id=_ID, name=_TEXT, slug=_TEXT), "type": ["object", "null"]},
    "cover": COVER,
    "authors": _AUTHORS,
    "comments_allowed": _YES,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "published_at": {"type": ["string", "null"], "format": "date-time"},
    "likes": _COUNT,
    "comments": {**_COUNT, "description": "those that everybody sees"},
}
_OF_AUTHORS = {"publish_at": {**_MOMENT, "description": "of a scheduled post; for those who may change it"}}
_PROFILES = {
    "type": "object",
    "description": "of the authors, by their ids; when asked for",
    "additionalProperties": _object(
        ("followed",), biography=_PERHAPS, picture=_PICTURE, followed={**_YES, "description": "when signed in"}
    ),
}
_BY_READER = {"liked": {**_YES, "description": "by whoever asks, when signed in"}}

POST_PAGE = _object(
    ("liked", "format", "body", "excerpt_is_cut", "publish_at", "profiles"),
    example=_POST_EXAMPLE | {"html": "<p>It was <em>long</em> before the sea gave anything back.</p>\n"},
    **_OF_A_POST,
    **_BY_READER,
    html={**_TEXT, "description": "safe to show"},
    format={"type": "string", "enum": ["markdown", "html"], "description": "of the body"},
    body={**_PERHAPS, "description": "as written; for those who may change it, or for all where sources are public"},
    excerpt_is_cut={**_YES, "description": "no excerpt was given; for those who may change it"},
    profiles=_PROFILES,
    **_OF_AUTHORS,
)
POST_CARDS = _page(
    _object(("liked", "publish_at"), **_OF_A_POST, **_BY_READER, **_OF_AUTHORS),
    "total",
    "total_is_exact",
    "profiles",
    example=_POST_EXAMPLE,
    profiles=_PROFILES,
    total=_COUNT,
    total_is_exact=_YES,
)
_HIGHLIGHTS = {
    **_object(title=_TEXT, text={"type": "array", "items": _TEXT}),
    "description": "HTML that is safe to show: where something was found, between `<mark>` and `</mark>`",
}
SEARCHED_CARDS = _page(
    _object(**_OF_A_POST, highlights=_HIGHLIGHTS),
    example=_POST_EXAMPLE
    | {
        "highlights": {
            "title": "The <mark>keeper</mark> of the light",
            "text": ["It was the <mark>keeper</mark> who saw it first\N{HORIZONTAL ELLIPSIS}"],
        }
    },
    is_near={**_YES, "description": "nothing was found, and these titles are nearly it"},
)
REVISIONS = _page(
    _object(version=_COUNT, kind=_TEXT, changed={"type": "array", "items": _TEXT}, at=_MOMENT),
    example={"version": 2, "kind": "revised", "changed": ["title", "body"], "at": "2026-03-01T12:00:00Z"},
)
_LINE = _object(change={"type": "string", "enum": ["=", "-", "+"]}, text=_TEXT)
DIFF = _object(
    example={
        "from_version": 1,
        "to_version": 2,
        "fields": {"title": {"before": "The keeper", "after": "The keeper of the light"}},
        "body": [{"from_line": 1, "to_line": 1, "lines": [{"change": "+", "text": "Long before"}]}],
    },
    from_version=_COUNT,
    to_version=_COUNT,
    fields={
        "type": "object",
        "description": "those that differ, but for the body",
        "additionalProperties": _object(before={}, after={}),
    },
    body={
        "type": "array",
        "description": "the places that differ, with a few lines around: `=` stays, `-` goes, `+` is new",
        "items": _object(from_line=_COUNT, to_line=_COUNT, lines={"type": "array", "items": _LINE}),
    },
)
TAG_PAGE = _page(
    _object(tag=_TEXT, name={**_TEXT, "description": "as most posts spell it"}, posts=_COUNT),
    example={"tag": "sea", "name": "Sea", "posts": 12},
)
_CATEGORY_EXAMPLE = _POST_EXAMPLE["category"] | {"parent": None, "depth": 1, "posts": 2, "posts_with_below": 5}
CATEGORY = _object(
    example=_CATEGORY_EXAMPLE,
    id=_ID,
    name=_TEXT,
    slug=_TEXT,
    parent={"type": ["string", "null"], "format": "uuid"},
    depth={**_COUNT, "description": "1 at the top"},
    posts={**_COUNT, "description": "published, in the category itself"},
    posts_with_below={**_COUNT, "description": "and in all that lie below it"},
)
CATEGORY_TREE = _page(
    {**CATEGORY, "description": "each after its parent, those of one parent by name"}, example=_CATEGORY_EXAMPLE
)
AUTHOR = _object(
    ("followed",),
    example={
        "id": "0192b19f-1c1e-7a01-b1c5-5d1b8f0a2c11",
        "handle": "ana",
        "name": "Ana",
        "biography": "Writes by the sea.",
        "picture": "https://light.example/ana.jpg",
        "since": "2026-01-01T09:00:00Z",
        "posts": 12,
        "followers": 31,
        "following": 4,
    },
    id=_ID,
    handle=_PERHAPS,
    name=_PERHAPS,
    biography=_PERHAPS,
    picture=_PICTURE,
    since=_MOMENT,
    posts=_COUNT,
    followers=_COUNT,
    following=_COUNT,
    followed={**_YES, "description": "by whoever asks, when signed in"},
)
SITE = _object(
    example={
        "title": "The light",
        "description": "On keepers, and the sea.",
        "base_url": "https://light.example",
        "language": "en",
        "time_zone": "Europe/Lisbon",
    },
    title=_TEXT,
    description=_TEXT,
    base_url={**_TEXT, "description": "where readers find it, without a slash at its end"},
    language=_TEXT,
    time_zone=_TEXT,
)
_COMMENT_EXAMPLE = {
    "id": "0192b1a4-11d2-7c0a-9c35-60a1b4a1e7f3",
    "parent": None,
    "depth": 1,
    "status": "shown",
    "version": 1,
    "author": {"id": "0192b19f-1c1e-7a01-b1c5-5d1b8f0a2c11", "handle": "ana", "name": "Ana"},
    "html": "<p>I have seen that light. <em>Once.</em></p>\n",
    "written_at": "2026-03-01T12:30:00Z",
    "edited_at": None,
}
_MAYBE_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_OF_A_COMMENT: dict[str, Any] = {
    "id": _ID,
    "parent": {"type": ["string", "null"], "format": "uuid", "description": "what it answers; null: the post"},
    "depth": {**_COUNT, "description": "1 for what answers the post"},
    "status": {
        "type": "string",
        "enum": ["shown", "hidden", "rejected", "gone"],
        "description": "gone: deleted or hidden, and here because of its answers; nothing else of it is told",
    },
    "version": {"type": ["integer", "null"]},
    "author": {**_object(id=_ID, handle=_PERHAPS, name=_PERHAPS), "type": ["object", "null"]},
    "html": {**_PERHAPS, "description": "safe to show"},
    "written_at": _MAYBE_MOMENT,
    "edited_at": _MAYBE_MOMENT,
    "body": {**_PERHAPS, "description": "as written; for its author, or for all where sources are public"},
    "flags": {**_COUNT, "description": "since a moderator looked last; for editors"},
}
_RARELY = ("body", "flags")
COMMENT = _object(
    (*_RARELY, "profiles"),
    example={"post": _POST_EXAMPLE["id"], **_COMMENT_EXAMPLE},
    post=_ID,
    profiles=_PROFILES,
    **_OF_A_COMMENT,
)
THREAD = _page(
    _object(_RARELY, **_OF_A_COMMENT),
    "total",
    "profiles",
    example=_COMMENT_EXAMPLE,
    total=_COUNT,
    profiles=_PROFILES,
)
FLAGGED = _page(
    _object(_RARELY, flagged_at=_MOMENT, post=_object(id=_ID, slug=_TEXT, title=_PERHAPS), **_OF_A_COMMENT),
    example={
        **_COMMENT_EXAMPLE,
        "flags": 1,
        "flagged_at": "2026-03-02T08:00:00Z",
        "post": {name: _POST_EXAMPLE[name] for name in ("id", "slug", "title")},
    },
)
ACCOUNT = _object(
    id=_ID,
    version=_COUNT,
    handle=_TEXT,
    name=_PERHAPS,
    biography=_PERHAPS,
    picture=_PICTURE,
    address=_PERHAPS,
    address_is_confirmed=_YES,
    new_address={**_PERHAPS, "description": "asked for, waiting for its link to be used"},
    language=_PERHAPS,
    time_zone=_PERHAPS,
    roles={"type": "array", "items": _TEXT},
    status={"type": "string", "enum": ["active", "suspended", "closed"]},
    notified_by_mail={"type": ["array", "null"], "items": _TEXT, "description": "null: nothing was chosen"},
    created_at=_MOMENT,
    updated_at=_MOMENT,
)
ACCOUNTS = _page(
    _object(
        id=_ID,
        version=_COUNT,
        handle=_TEXT,
        name=_PERHAPS,
        address=_PERHAPS,
        address_is_confirmed=_YES,
        roles={"type": "array", "items": _TEXT},
        status={"type": "string", "enum": ["active", "suspended", "closed"]},
        created_at=_MOMENT,
        updated_at=_MOMENT,
    ),
    example={
        "id": "0192b19f-1c1e-7a01-b1c5-5d1b8f0a2c11",
        "version": 2,
        "handle": "ana",
        "name": "Ana",
        "address": "ana@example.org",
        "address_is_confirmed": True,
        "roles": ["author"],
        "status": "active",
        "created_at": "2026-01-01T09:00:00Z",
        "updated_at": "2026-01-01T09:05:00Z",
    },
)
_COUNTED: dict[str, Any] = {"posts": _COUNT, "comments": _COUNT, "accounts": _COUNT}
STATS = _object(example={"posts": 120, "comments": 1400, "accounts": 35}, **_COUNTED)
DAILY = _page(
    _object(day={"type": "string", "format": "date"}, **_COUNTED),
    example={"day": "2026-03-01", "posts": 2, "comments": 17, "accounts": 1},
)
