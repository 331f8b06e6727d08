"""A feed as Atom (RFC 4287)."""

from xml.etree import ElementTree as ET

from query_api.feed_entries import Entry, Feed
from query_api.xml_text import add, document, moment

MEDIA_TYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(feed: Feed) -> bytes:
    root = ET.Element("feed", {"xmlns": _NAMESPACE, _LANGUAGE: feed.language})
    add(root, "id", feed.feed_url)
    add(root, "title", feed.title)
    if feed.description:
        add(root, "subtitle", feed.description)
    add(root, "updated", moment(feed.updated_at))
    add(root, "link", rel="self", type=MEDIA_TYPE, href=feed.feed_url)
    add(root, "link", rel="alternate", type="text/html", href=feed.home_url)
    for entry in feed.entries:
        _add_entry(root, entry)
    return document(root)


def _add_entry(root: ET.Element, entry: Entry) -> None:
    made = ET.SubElement(root, "entry", {_LANGUAGE: entry.language})
    add(made, "id", f"urn:uuid:{entry.id}")
    add(made, "title", entry.title)
    add(made, "link", rel="alternate", type="text/html", href=entry.url)
    add(made, "published", moment(entry.published_at))
    add(made, "updated", moment(entry.updated_at))
    for writer in entry.authors:
        author = add(made, "author")
        add(author, "name", writer.name)
        if writer.url is not None:
            add(author, "uri", writer.url)
    for tag in entry.tags:
        add(made, "category", term=tag)
    if entry.cover is not None:
        size = str(entry.cover.size_bytes)
        add(made, "link", rel="enclosure", type=entry.cover.media_type, href=entry.cover.url, length=size)
    add(made, "summary", entry.excerpt)
    if entry.html is not None:
        add(made, "content", entry.html, type="html")
