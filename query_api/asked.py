"""A request as the doors see it: the few headers that matter to reads, taken in one pass."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from kit.http.problems import Problem

_MOST_PARAMETERS = 50


@dataclass(slots=True)
class Asked:
    authorization: str | None = None
    if_none_match: str | None = None
    token: str = ""
    """Consistency tokens joined by commas, when there are several."""
    prefer: str = ""


def headers_of(request: Request) -> Asked:
    asked = Asked()
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            asked.authorization = value.decode("latin-1")
        elif name == b"if-none-match":
            asked.if_none_match = value.decode("latin-1")
        elif name == b"consistency-token":
            asked.token = value.decode("latin-1")
        elif name == b"prefer":
            asked.prefer = f"{asked.prefer},{value.decode('latin-1').lower()}"
    return asked


def parameters_of(request: Request, known: frozenset[str]) -> dict[str, list[str]]:
    """The query's parameters.

    Raises:
        Problem: 422 for a parameter that the door does not know, or text that cannot be stored.
    """
    query: bytes = request.scope["query_string"]
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise wrong("query", "has too many parameters") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in known:
            raise wrong(name[:50], f"is not known here; known are {', '.join(sorted(known))}")
        if "\x00" in value:
            raise wrong(name, "holds U+0000")
        found.setdefault(name, []).append(value)
    return found


def wrong(parameter: str, detail: str) -> Problem:
    errors = [{"parameter": parameter.replace("\x00", "\ufffd"), "detail": detail}]
    return Problem(422, "InvalidRequest", "Some parameters are not as they should be.", errors=errors)
