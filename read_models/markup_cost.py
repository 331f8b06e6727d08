"""Says whether HTML can be sanitised in bounded time and memory, whoever wrote it to be otherwise."""

import re

_WORK = 500_000
_LEVELS = 2_000
_ENTITIES = 50_000
_FORMATTING = "a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_FORMATTING_START = re.compile(rf"<(?:{_FORMATTING})\b", re.IGNORECASE)
_ATTRIBUTES = r"""(?:\s+[a-zA-Z_:][\w:.-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*"""
_CLOSED_AT_ONCE = re.compile(rf"<({_FORMATTING}){_ATTRIBUTES}\s*>[^<]*</\1>", re.IGNORECASE)
_NESTED_FORMATTING = 4
_TOKEN = re.compile(rf"<!--(?:[^-]|-(?!-))*-->|<(/?)([a-zA-Z][a-zA-Z0-9]*){_ATTRIBUTES}\s*/?>|<(?=[a-zA-Z/!?])")
_NO_LEVEL = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "colgroup",
        "dd",
        "dt",
        "embed",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "option",
        "p",
        "source",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "track",
        "wbr",
    ]
)
_RAW = frozenset(
    ["iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp"]
)


def is_affordable(html: str) -> bool:
    """Whether a parser that follows the HTML standard stays within what an honest text of this length needs.

    Three things do not: an element left open is walked at every later tag; formatting left open is opened again in
    every later block, so that 13 KB of text become 2 MB; and a long run of entities is copied at each of them.
    """
    if html.count("&") > _ENTITIES:
        return False
    tags = html.count("<")
    if tags * tags <= _WORK:
        return True
    return (1 + _left_open(html)) * tags <= max(_WORK, tags) and _deepest(html) <= _LEVELS


def _deepest(html: str) -> int:
    """At least as many as there are elements open at once, but for those that close themselves.

    An end tag counts where it ends the innermost element, and only as long as every tag so far was written so
    plainly that the parser cannot have seen another one.
    """
    open_now: list[str] = []
    deepest, is_plain = 0, True
    for token in _TOKEN.finditer(html):
        name = (token[2] or "").lower()
        is_plain = is_plain and name not in _RAW and len(token[0]) > 1
        if not name or name in _NO_LEVEL:
            continue
        if not token[1]:
            open_now.append(name)
            deepest = max(deepest, len(open_now))
        elif is_plain and open_now and open_now[-1] == name:
            open_now.pop()
    return deepest


def _left_open(html: str) -> int:
    """At least as many as there are formatting elements that are not closed where they should be.

    Every start counts, wherever it stands; only what is surely a pair around plain text is taken out, from the
    innermost outwards.
    """
    for _ in range(_NESTED_FORMATTING):
        html = _CLOSED_AT_ONCE.sub("", html)
    return len(_FORMATTING_START.findall(html))
