"""From a link in a post to the paths that it may mean in a source."""

import html
import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

_TEMPLATE = re.compile(r"^\{\{[^}\n]{0,100}\}\}")
"""Such as Jekyll's `{{ site.baseurl }}`."""
_SMALLER = (
    re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w+$)"),  # WordPress: pier-300x200.jpg
    re.compile(r"-scaled(?=\.\w+$)"),
    re.compile(r"(?<=/)size/w\d{1,5}(?:h\d{1,5})?/(?:format/\w+/)?"),  # Ghost: content/images/size/w600/pier.jpg
)


def wanted_paths(link: str, beside: str) -> Iterator[str]:
    """What is likelier comes first.

    Args:
        link: without a host.
        beside: the path of what it stands in.
    """
    text = unquote(urlsplit(_TEMPLATE.sub("", html.unescape(link))).path)
    asked = [text, *(smaller.sub("", text) for smaller in _SMALLER if smaller.search(text))]
    for one in asked:
        if not one.startswith("/"):
            yield _within(posixpath.join(posixpath.dirname(beside), one))
        yield _within(one)


def _within(path: str) -> str:
    """Never above the source's top."""
    return posixpath.normpath(f"/{path}").lstrip("/")
