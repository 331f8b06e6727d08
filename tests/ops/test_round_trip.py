"""What was imported and exported gives, imported into an empty system, the same reading side."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.media_files import png
from tests.ops.importing import write_posts
from tests.ops.test_export import ODD
from tests.ops.test_import import WHOLE
from tests.query_api.press import Press, opened_press
from tests.servers import ROOT, Cluster

OWN = {
    "_posts/2015-03-17-the-keeper.md": WHOLE.replace("image:", "category: Coast/Lights/Lamps\nimage:"),
    "_posts/2015-03-18-the-boat.md": "---\ntitle: Boat\nauthor: bo\ncategories: [Coast, Boats, Repairs]\n---\nOars.",
    "_posts/2015-03-19-the-harbour.md": "---\ntitle: A harbour\nauthor: bo\ncategory: coast\n---\nBoats, *long* nets.",
    **ODD,
}
CORPUS = Path(os.environ.get("PALIMPSEST_BENCH_CORPUS", "nowhere")).resolve()
"""An archive of many posts."""
_DOORS = ("/tags", "/categories", "/feed.json", "/search?q=long", "/search?q=data", "/posts?order=title&total=true")
_OF_THE_IMPORT = re.compile(rb'"(created_at|updated_at|date_modified|since)": ?"[^"]*"')


async def test_own_posts_make_the_round_trip(postgres: Cluster, tmp_path: Path) -> None:
    source = write_posts(tmp_path / "in", OWN)
    (source / "keeper.png").write_bytes(png(40, 30))
    shown = await _round_trip(postgres, source, tmp_path)
    assert b'"url":"/media/' in shown["/posts/the-keeper"]
    named = re.findall(rb'"slug":"([a-z]+)"', shown["/categories"])
    assert sorted(named) == [b"coast", b"lamps", b"lights"]
    assert b'"name":"Boats"' in shown["/tags"]
    assert b'"title":"Boat"' in shown["/posts/the-boat"]


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.skipif(not CORPUS.exists(), reason="PALIMPSEST_BENCH_CORPUS names no archive")
async def test_a_corpus_makes_the_round_trip(postgres: Cluster, tmp_path: Path) -> None:
    assert len(await _round_trip(postgres, CORPUS, tmp_path)) > 100


async def _round_trip(postgres: Cluster, source: Path, folder: Path) -> dict[str, bytes]:
    async with opened_press(postgres) as first, opened_press(postgres) as second:
        await _import(first, source)
        await _run(first, "export", str(folder / "out"))
        await _import(second, folder / "out")
        shown, shown_again = await _shown(first), await _shown(second)
        assert shown.keys() == shown_again.keys()
        differing = [path for path in shown if shown[path] != shown_again[path]]
        assert not differing, (shown[differing[0]], shown_again[differing[0]])
        return shown


async def _import(press: Press, path: Path) -> None:
    await _run(press, "import", "--url", press.command_url, str(path))
    await press.project()


async def _run(press: Press, *arguments: str) -> None:
    settings = {
        "PYTHONPATH": str(ROOT),
        "PALIMPSEST_HOME": press.home,
        "PALIMPSEST_TOKEN": press.admin.bearer["Authorization"].removeprefix("Bearer "),
        "PALIMPSEST_LOG_URL": press.log.url("command"),
    }
    command = [sys.executable, "-m", "ops", *arguments]
    ran = await asyncio.create_subprocess_exec(*command, env={**os.environ, **settings}, stderr=asyncio.subprocess.PIPE)
    _, complaint = await ran.communicate()
    assert ran.returncode == 0, complaint.decode()


async def _shown(press: Press) -> dict[str, bytes]:
    """What a reader gets, and what the importer gets of drafts, but for the times of the import."""
    ids: list[tuple[str, str]] = []
    found: dict[str, bytes] = {}
    path = "/posts?limit=100&total=true"
    while path:
        answer = await press.get(path)
        found[f"page {len(found)}"] = answer.content
        ids += [(item["id"], item["slug"]) for item in answer.json()["items"]]
        path = answer.json()["next"] and f"/posts?limit=100&cursor={answer.json()['next']}"
    authors = {author["handle"] for item in ids for author in (await press.get(f"/posts/{item[0]}")).json()["authors"]}
    for one in (*_DOORS, *(f"/posts/{slug}" for _, slug in ids), *(f"/authors/{handle}" for handle in sorted(authors))):
        found[one] = (await press.get(one)).content
    for status in ("draft", "archived"):
        found[status] = (await press.get(f"/posts?status={status}&limit=100", press.admin)).content
    return {name: _OF_THE_IMPORT.sub(rb'"\1"', content) for name, content in found.items()}
