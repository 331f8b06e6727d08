"""A feed as JSON Feed 1.1."""

from typing import Any

import orjson

from query_api.feed_entries import Entry, Feed, Writer

MEDIA_TYPE = "application/feed+json"
_VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> bytes:
    found = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.feed_url,
        **({"description": feed.description} if feed.description else {}),
        "language": feed.language,
        "items": [_item(entry) for entry in feed.entries],
    }
    return orjson.dumps(found, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS)


def _item(entry: Entry) -> dict[str, Any]:
    content = {"content_text": entry.excerpt} if entry.html is None else {"content_html": entry.html}
    return {
        "id": f"urn:uuid:{entry.id}",
        "url": entry.url,
        "title": entry.title,
        **content,
        "summary": entry.excerpt,
        **({"image": entry.cover.url} if entry.cover else {}),
        "date_published": entry.published_at,
        "date_modified": entry.updated_at,
        "authors": [_author(writer) for writer in entry.authors],
        "tags": list(entry.tags),
        "language": entry.language,
    }


def _author(writer: Writer) -> dict[str, str]:
    return {"name": writer.name} | ({} if writer.url is None else {"url": writer.url})
