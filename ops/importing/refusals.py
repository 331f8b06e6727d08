"""A problem of the command door in the words and lines of the file that it is about."""

from collections.abc import Mapping
from typing import Any

from ops.importing.article import Article

_NAMES = {"published_at": "date"}


def says(problem: Mapping[str, Any], article: Article) -> tuple[str, int | None]:
    """The reason, and the line of the front matter that it is about."""
    errors = [error for error in problem.get("errors") or [] if isinstance(error, dict)]
    fields = [_field(str(error.get("pointer", ""))) for error in errors]
    line = next((article.lines[field] for field in fields if field in article.lines), None)
    details = [
        f"{field}: {error.get('detail', '')}" if field else "" for field, error in zip(fields, errors, strict=True)
    ]
    reason = "; ".join(filter(None, details)) or str(problem.get("detail") or problem.get("title") or "refused")
    code = problem.get("code")
    return (f"{reason} ({code})" if code else reason), line


def _field(pointer: str) -> str:
    parts = [part for part in pointer.split("/") if part and part != "data"]
    return _NAMES.get(parts[0], parts[0]) if parts else ""
