"""A small Ghost export."""

import json
from pathlib import Path
from typing import Any

USERS = [
    {"id": "u1", "name": "Ana Rossi", "slug": "ana-rossi", "email": "ana@harbour.example"},
    {"id": "u2", "name": "Ben", "slug": "ben", "email": "ben@harbour.example"},
]
TAGS = [
    {"id": "t1", "name": "Open Data", "slug": "open-data", "visibility": "public"},
    {"id": "t2", "name": "#front", "slug": "hash-front", "visibility": "internal"},
]


def post(number: int, title: str = "A title", **fields: Any) -> dict[str, Any]:
    return {
        "id": f"p{number}",
        "title": title,
        "slug": f"post-{number}",
        "html": "<p>Words.</p>",
        "lexical": '{"root": {}}',
        "type": "post",
        "status": "published",
        "visibility": "public",
        "published_at": "2015-03-17T14:00:00.000Z",
        "custom_excerpt": None,
        **fields,
    }


def exported(posts: list[dict[str, Any]]) -> bytes:
    data = {
        "posts": posts,
        "posts_authors": [
            {"id": "a1", "post_id": "p1", "author_id": "u2", "sort_order": 1},
            {"id": "a2", "post_id": "p1", "author_id": "u1", "sort_order": 0},
        ],
        "posts_tags": [
            {"id": "j1", "post_id": "p1", "tag_id": "t2", "sort_order": 0},
            {"id": "j2", "post_id": "p1", "tag_id": "t1", "sort_order": 1},
        ],
        "tags": TAGS,
        "users": USERS,
    }
    return json.dumps({"db": [{"meta": {"exported_on": 1, "version": "5.80.0"}, "data": data}]}).encode()


def write_export(path: Path, *posts: dict[str, Any]) -> Path:
    path.write_bytes(exported(list(posts)))
    return path
