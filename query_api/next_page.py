"""The link to a list's next page."""

from urllib.parse import parse_qsl, urlencode

from fastapi import Request


def next_link(request: Request, cursor: str | None) -> str | None:
    """A Link header (RFC 8288), relative to this request; None on the last page."""
    if cursor is None:
        return None
    query: bytes = request.scope["query_string"]
    kept = [pair for pair in parse_qsl(query.decode("latin-1"), keep_blank_values=True) if pair[0] != "cursor"]
    return f'<{request.scope["path"]}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'
