"""Writes a site's published posts as HTML files, and the next time those alone that changed.

python build_site.py site/
"""

import argparse
import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<title>{title}</title>
<h1>{title}</h1>
<p>{by}</p>
{content}
"""
_STATE = "state.json"
_LONGEST_NAME_BYTES = 200

State = dict[str, dict[str, str]]
"""By post: its file, its title and the ETag of what was written."""


def published(queries: httpx.Client) -> Iterator[dict[str, Any]]:
    """All posts, the newest first."""
    cursor: str | None = ""
    while cursor is not None:
        page = queries.get("/posts", params={"limit": 100, **({"cursor": cursor} if cursor else {})})
        page.raise_for_status()
        yield from page.json()["items"]
        cursor = page.json()["next"]


def file_of(slug: str, post: str) -> str:
    """A file's name is shorter than a slug may be, and the list of all posts has one as well."""
    is_name = slug != "index" and len(slug.encode()) <= _LONGEST_NAME_BYTES
    return f"{Path(slug).name if is_name else post}.html"


def fetch(queries: httpx.Client, folder: Path, post: str, known: dict[str, str]) -> dict[str, str] | None:
    """Writes a post unless it is as it was. None: it was withdrawn a moment ago."""
    answer = queries.get(f"/posts/{post}", headers={"If-None-Match": known.get("etag", "")})
    if answer.status_code == httpx.codes.NOT_MODIFIED:
        return known
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    found = answer.raise_for_status().json()
    title, by = html.escape(found["title"]), ", ".join(html.escape(each["name"] or "") for each in found["authors"])
    file = file_of(found["slug"], post)
    # `html` is safe to show; whatever else comes from writers is escaped here
    text = PAGE.format(language=html.escape(found["language"]), title=title, by=by, content=found["html"])
    (folder / file).write_text(text, encoding="utf-8")
    print(f"wrote {file}")
    return {"file": file, "title": found["title"], "etag": answer.headers["ETag"]}


def build(queries: httpx.Client, folder: Path) -> None:
    """Brings the folder up to date. May be ended at any moment: what is written is remembered post by post."""
    kept = folder / _STATE
    before: State = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    after: State = {}
    for card in published(queries):
        made = fetch(queries, folder, card["id"], before.get(card["id"], {}))
        if made is not None:
            after[card["id"]] = made
        kept.write_text(json.dumps(before | after), encoding="utf-8")
    for gone in {each["file"] for each in before.values()} - {each["file"] for each in after.values()}:
        (folder / gone).unlink(missing_ok=True)
        print(f"removed {gone}")
    links = "".join(f'<li><a href="{each["file"]}">{html.escape(each["title"])}</a>\n' for each in after.values())
    index = PAGE.format(language="en", title="All posts", by="", content=f"<ul>\n{links}</ul>")
    (folder / "index.html").write_text(index, encoding="utf-8")
    kept.write_text(json.dumps(after), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--queries", default="http://localhost:8002")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with httpx.Client(base_url=asked.queries, timeout=20) as queries:
        build(queries, asked.folder)


if __name__ == "__main__":
    main()
