"""Turns what authors write into safe HTML, and HTML into the lead that stands for a missing excerpt."""

import html as entities
import re

from pyromark import Markdown, Options

from engine.projection.contract import Renderer
from read_models.sanitising import sanitise, sanitise_comment

_LEAD_LENGTH = 300
_LOOKED_AT = 20_000
_MARKDOWN = Markdown(
    options=Options.ENABLE_GFM
    | Options.ENABLE_TABLES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_HEADING_ATTRIBUTES
)
_PARAGRAPH, _PARAGRAPH_END = re.compile(r"<p(?: [^>]*)?>"), "</p>"
_TAG = re.compile(r"<[^>]*>")


def _from_markdown(text: str) -> str:
    # columns are aligned by an attribute: the style that Markdown renders to would not pass
    return sanitise(_MARKDOWN.html(text).replace(' style="text-align: ', ' align="')) or _as_it_is(text)


def _from_html(text: str) -> str:
    return sanitise(text) or _as_it_is(text)


def _from_comment(text: str) -> str:
    return sanitise_comment(_MARKDOWN.html(text)) or _as_it_is(text)


def _as_it_is(text: str) -> str:
    """For what cannot be sanitised at a reasonable cost, and for what nothing is left of."""
    return f"<pre>{entities.escape(text)}</pre>" if text.strip() else ""


RENDERERS = {"markdown": Renderer("markdown", 1, _from_markdown), "html": Renderer("html", 1, _from_html)}
"""By a post's format. Bump a renderer's version when its output changes."""
COMMENT = Renderer("comment", 1, _from_comment)
"""Markdown by anybody."""


def lead(html: str) -> str:
    """The first words of sanitised HTML as plain text: of its paragraphs, or of anything when there are none."""
    text = _of_paragraphs(html) or _text(html[:_LOOKED_AT])
    if len(text) <= _LEAD_LENGTH:
        return text
    cut = text[:_LEAD_LENGTH]
    whole_words = cut[: cut.rfind(" ")] if " " in cut[_LEAD_LENGTH // 2 :] else cut
    return whole_words.rstrip(" ,;:.-") + "\N{HORIZONTAL ELLIPSIS}"


def _of_paragraphs(html: str) -> str:
    found, at = "", 0
    while len(found) <= _LEAD_LENGTH and (start := _PARAGRAPH.search(html, at, _LOOKED_AT)):
        end = html.find(_PARAGRAPH_END, start.end(), _LOOKED_AT)
        if end < 0:
            break
        found = f"{found} {_text(html[start.end() : end])}".strip()
        at = end + len(_PARAGRAPH_END)
    return found


def _text(html: str) -> str:
    return " ".join(entities.unescape(_TAG.sub("", html)).split())
