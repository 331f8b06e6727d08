"""Cuts an export into its elements while it is read: one item is held at a time.

Document types are refused, and with them every entity of the file's own: none can be expanded, none fetched.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ops.importing.stream import ExportStream
from ops.importing.unreadable import Unreadable

_PIECE, _DEEPEST, _LEVEL = 1 << 16, 32, 3
"""`_LEVEL`: rss, channel, and then what is of interest."""
MAX_ELEMENT_BYTES = 32 << 20
_NODE_BYTES = 300
_KEPT = frozenset({"item", "wp:author", "wp:category", "wp:base_site_url", "wp:base_blog_url", "language"})
# Control characters that XML does not know, and that WordPress writes all the same.
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r")


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    is_too_large: bool = False

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def of(self, tag: str) -> str:
        """The text of the first child of this name, empty when there is none."""
        return next((child.text for child in self.children if child.tag == tag), "").strip()

    def all(self, tag: str) -> list["Element"]:
        return [child for child in self.children if child.tag == tag]


def elements(stream: ExportStream) -> Iterator[Element]:
    """The elements of the channel that say something about posts.

    Raises:
        Unreadable: what follows is not XML, or beyond a limit.
    """
    found: deque[Element] = deque()
    parser = _Parser(found)
    is_ascii_like = b"\x00" not in stream.head
    while True:
        piece = stream.read(_PIECE)
        broken = parser.feed(piece.translate(None, _CONTROL) if is_ascii_like else piece)
        if found or parser.has_moved:
            stream.settle()
        while found:
            yield found.popleft()
        if broken:
            raise broken
        if not piece:
            return


class _Parser:
    def __init__(self, found: deque[Element]) -> None:
        self._found = found
        self._open: list[Element | None] = []
        self._size_bytes = 0
        self._at = 0
        self.has_moved = False
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text
        self._expat.StartDoctypeDeclHandler = _refuse_document_type

    def feed(self, piece: bytes) -> Unreadable | None:
        """Gives what is wrong with it, rather than raises: what was found before is good."""
        try:
            self._expat.Parse(piece, not piece)
        except expat.ExpatError as problem:
            said = expat.ErrorString(problem.code)
            return Unreadable(f"it is not XML from line {problem.lineno} on: {said}")
        except Unreadable as refused:
            return refused
        self.has_moved, self._at = self._at != self._expat.CurrentByteIndex, self._expat.CurrentByteIndex
        return None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise Unreadable(f"it is nested deeper than {_DEEPEST} levels")
        depth = len(self._open) + 1
        if depth == _LEVEL:
            self._size_bytes = 0
        is_kept = tag in _KEPT if depth == _LEVEL else depth > _LEVEL and self._open[-1] is not None
        element = Element(tag, attributes) if is_kept else None
        if element is not None and depth > _LEVEL and self._has_room(_NODE_BYTES + sum(map(len, attributes.values()))):
            (self._open[-1] or element).children.append(element)
        self._open.append(element)

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        if element is not None and len(self._open) == _LEVEL - 1:
            self._found.append(element)

    def _text(self, text: str) -> None:
        element = self._open[-1]
        if element is not None and self._has_room(len(text)):
            element.pieces.append(text)

    def _has_room(self, size_bytes: int) -> bool:
        """Whether the element of the channel may hold so much more; beyond, it is emptied and only marked."""
        whole = self._open[_LEVEL - 1] if len(self._open) >= _LEVEL else None
        self._size_bytes += size_bytes
        if whole is not None and self._size_bytes > MAX_ELEMENT_BYTES:
            whole.is_too_large = True
            whole.children.clear()
            whole.pieces.clear()
        return whole is None or not whole.is_too_large


def _refuse_document_type(*_: object) -> None:
    raise Unreadable("it declares a document type; an export has none, and entities are not expanded")
