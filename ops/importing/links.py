"""Links to pictures and films in a body, Markdown or HTML: found, with what stands for them, and exchanged."""

import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ops.importing.attachments import SUFFIXES

_ENDING = "|".join(sorted(suffix.removeprefix(".") for suffix in SUFFIXES))
_LONGEST = 2_000
_OURS = r"/media/[0-9a-f-]{36}/[\w.-]{1,50}"
"""As an export has them."""
_LINK = re.compile(
    r"""(?P<before>!\[(?P<alt>[^\]\n]{0,1000})\]\(\s{0,3}<?|\]\(\s{0,3}<?|^[ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]{0,3}<?
        |\b(?:src|href|poster)\s{0,3}=\s{0,3}["'])"""
    rf"""(?P<link>(?:\{{\{{[^}}\n]{{0,100}}\}}\}})?[^\s"'<>()]{{0,{_LONGEST}}}?(?:\.(?:{_ENDING})|{_OURS})(?:[?\#][^\s"'<>()]{{0,500}})?)
        (?=[\s"'<>)]|$)""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}:)?//(?P<host>[^/?#]+)(?P<path>/[^\s]*)", re.IGNORECASE)
_OWN = re.compile(_OURS.replace("[0-9a-f-]{36}", "(?P<id>[0-9a-f-]{36})"))
_ELEMENT = re.compile(r"<img\b[^<>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(?P<name>alt|src)\s{0,3}=\s{0,3}(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)')""", re.IGNORECASE)


class Link(NamedTuple):
    text: str
    """As it is written."""
    alt: str | None


def links_in(body: str) -> Iterator[Link]:
    """Those that say by their ending that they lead to a picture or a film."""
    described = dict(_described(body))
    for found in _LINK.finditer(body):
        alt = found["alt"]
        yield Link(found["link"], html.unescape(alt) if alt is not None else described.get(found["link"]))


def exchanged(body: str, of: Callable[[str], str]) -> str:
    """The body with other links in the place of these."""
    return _LINK.sub(lambda found: found["before"] + of(found["link"]), body)


def without_host(link: str, own: frozenset[str]) -> str | None:
    """The path of a link within the site; None: it leads elsewhere."""
    found = _HOST.match(link)
    if found is None:
        return None if re.match(r"[a-z][a-z0-9+.-]*:", link, re.IGNORECASE) else link
    return found["path"] if found["host"].lower() in own else None


def own_id(path: str) -> str | None:
    """The medium that such a link leads to on a system like this one."""
    found = _OWN.fullmatch(path)
    return found["id"] if found else None


def _described(body: str) -> Iterator[tuple[str, str]]:
    for element in _ELEMENT.findall(body):
        said = {found["name"].lower(): found["a"] or found["b"] or "" for found in _ATTRIBUTE.finditer(element)}
        if "src" in said and "alt" in said:
            yield said["src"], html.unescape(said["alt"])
