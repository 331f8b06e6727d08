"""A small WordPress export, written piece by piece."""

from collections.abc import Sequence
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.8" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>The harbour</title><language>en-GB</language><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://harbour.example</wp:base_site_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[ana@harbour.example]]></wp:author_login>
 <wp:author_email><![CDATA[ana@harbour.example]]></wp:author_email>
 <wp:author_display_name><![CDATA[Ana Rossi]]></wp:author_display_name></wp:author>
<wp:category><wp:term_id>2</wp:term_id><wp:category_nicename>coast</wp:category_nicename>
 <wp:category_parent></wp:category_parent><wp:cat_name><![CDATA[The Coast]]></wp:cat_name></wp:category>
<wp:category><wp:term_id>3</wp:term_id><wp:category_nicename>lights</wp:category_nicename>
 <wp:category_parent>coast</wp:category_parent><wp:cat_name><![CDATA[Lights &amp; lamps]]></wp:cat_name></wp:category>
<wp:category><wp:term_id>4</wp:term_id><wp:category_nicename>empty</wp:category_nicename>
 <wp:category_parent></wp:category_parent><wp:cat_name><![CDATA[Empty]]></wp:cat_name></wp:category>
"""
FOOT = "</channel></rss>\n"


def item(number: int, title: str = "A title", body: str = "Words.", inside: str = "", **fields: str) -> str:
    said = {
        "post_id": str(number),
        "post_date": "2015-03-17 16:00:00",
        "post_date_gmt": "2015-03-17 14:00:00",
        "comment_status": "open",
        "post_name": f"post-{number}",
        "status": "publish",
        "post_type": "post",
        "post_password": "",
        **fields,
    }
    tags = "".join(f"<wp:{name}><![CDATA[{text}]]></wp:{name}>" for name, text in said.items())
    return (
        f"<item><title><![CDATA[{title}]]></title><dc:creator><![CDATA[ana@harbour.example]]></dc:creator>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded>"
        f"<excerpt:encoded><![CDATA[]]></excerpt:encoded>{tags}{inside}</item>\n"
    )


def comment(number: int, parent: int = 0, body: str = "Well said.", **fields: str) -> str:
    said = {
        "comment_id": str(number),
        "comment_author": "Ben",
        "comment_author_email": "ben@harbour.example",
        "comment_author_IP": "192.0.2.7",
        "comment_date_gmt": f"2015-03-18 10:{number % 60:02}:00",
        "comment_content": body,
        "comment_approved": "1",
        "comment_type": "comment",
        "comment_parent": str(parent),
        "comment_user_id": "0",
        **fields,
    }
    tags = "".join(f"<wp:{name}><![CDATA[{text}]]></wp:{name}>" for name, text in said.items())
    return f"<wp:comment>{tags}</wp:comment>"


def category(nicename: str, name: str, domain: str = "category") -> str:
    return f'<category domain="{domain}" nicename="{nicename}"><![CDATA[{name}]]></category>'


def old_slug(slug: str) -> str:
    return f"<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key><wp:meta_value>{slug}</wp:meta_value></wp:postmeta>"


def exported(items: Sequence[str]) -> bytes:
    return (HEAD + "".join(items) + FOOT).encode()


def write_export(path: Path, *items: str) -> Path:
    path.write_bytes(exported(items))
    return path
