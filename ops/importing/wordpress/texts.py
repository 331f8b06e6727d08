"""Titles, excerpts and bodies as WordPress keeps them, as they are meant."""

import html
import re
from urllib.parse import unquote

import nh3

_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|dd|details|div|dl|dt|fieldset|figure|footer|form|h[1-6]|header|hr|iframe|"
    r"li|main|nav|ol|p|pre|section|script|style|table|tbody|td|tfoot|th|thead|tr|ul|video)\b",
    re.IGNORECASE,
)
_SHORTCODE = re.compile(r"\[(?:gallery|caption|audio|video|playlist|embed)\b")


def plain(text: str) -> str:
    """Without markup, on one line."""
    return " ".join(html.unescape(nh3.clean(text, tags=set())).split())


def body_of(text: str) -> str:
    """HTML. What was written in the old editor has its paragraphs by blank lines alone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if "<!-- wp:" in text or re.search(r"<p[\s>]", text, re.IGNORECASE):
        return text
    return "\n\n".join(_paragraph(block) for block in _blocks(text))


def has_shortcode(body: str) -> bool:
    return bool(_SHORTCODE.search(body))


def slug_of(post_name: str) -> str:
    """WordPress keeps letters beyond ASCII percent-encoded."""
    return unquote(post_name).rpartition("/")[2]


def _blocks(text: str) -> list[str]:
    """Cut at blank lines, but for what is preformatted."""
    whole: list[str] = []
    for number, part in enumerate(re.split(r"(<pre\b.*?</pre>)", text, flags=re.IGNORECASE | re.DOTALL)):
        whole += [part] if number % 2 else _BLANK_LINE.split(part)
    return [block.strip("\n") for block in whole if block.strip()]


def _paragraph(block: str) -> str:
    if _BLOCK.match(block.lstrip()):
        return block
    return f"<p>{block.replace(chr(10), '<br />' + chr(10))}</p>"
