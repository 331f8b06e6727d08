import json
from pathlib import Path
from typing import Any

import httpx

from domain.posts.events import PostArchived, PostDrafted, PostScheduled
from ops.exporting.markdown import file_text
from ops.exporting.written import written
from tests.domain.histories import DRAFTED, PUBLISHED
from tests.domain.scenario import NOW, POST
from tests.ops.conftest import Platform
from tests.ops.importing import events_of, export, history, import_, write_posts
from tests.ops.test_import import WHOLE

ODD = {
    "2016-02-29-odd.md": (
        "---\ntitle: 'null'\nauthor: bo\ntags: ['2016', 'null', 'yes']\n---\n\n\nTwo lines above.\r\n---\n\nno end"
    ),
    "draft.md": "---\ntitle: 'A draft: \"quoted\" — #1'\nauthor: bo\ndraft: true\nlanguage: zh-Hant\n---\n東京\n",
    "2017-05-06-page.html": "---\ntitle: Page\nauthor: bo\ncomments: false\narchived: true\n---\n<p>A page.</p>\n",
    "_data/authors.yml": "ana-rossi:\n  name: Ana Rossi-Bianchi\n",
}


def files_of(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in folder.rglob("*.*")}


async def test_what_is_exported_and_imported_elsewhere_is_exported_the_same(
    platform: Platform, other_platform: Platform, tmp_path: Path
) -> None:
    source = write_posts(tmp_path / "in", {"2015-03-17-the-keeper.md": WHOLE, **ODD})
    assert import_(platform, source).returncode == 0
    assert export(platform, tmp_path / "once").stdout.startswith("4 posts")
    assert import_(other_platform, tmp_path / "once").returncode == 0
    assert export(other_platform, tmp_path / "twice").returncode == 0
    assert files_of(tmp_path / "once") == files_of(tmp_path / "twice")
    bodies = {drafted.title: drafted.body for drafted in await events_of(platform, PostDrafted)}
    assert bodies == {drafted.title: drafted.body for drafted in await events_of(other_platform, PostDrafted)}
    assert bodies["null"] == "\nTwo lines above.\r\n---\n\nno end"
    assert "Ana Rossi-Bianchi" in files_of(tmp_path / "once")["_data/authors.yml"]


async def test_an_export_imported_where_it_came_from_changes_nothing(platform: Platform, tmp_path: Path) -> None:
    assert import_(platform, write_posts(tmp_path / "in", {"2015-03-17-the-keeper.md": WHOLE, **ODD})).returncode == 0
    before = len(await history(platform))
    assert export(platform, tmp_path / "out.zip").returncode == 0
    assert import_(platform, tmp_path / "out.zip").stdout.startswith("4 unchanged")
    assert len(await history(platform)) == before


def test_an_export_never_mixes_with_what_is_there(platform: Platform, tmp_path: Path) -> None:
    write_posts(tmp_path / "out", {"mine.md": "x"})
    done = export(platform, tmp_path / "out")
    assert (done.returncode, "is not empty" in done.stderr) == (2, True)


async def test_deleted_posts_are_left_out_and_drafts_when_asked(platform: Platform, tmp_path: Path) -> None:
    assert import_(platform, write_posts(tmp_path / "in", {"2015-03-17-the-keeper.md": WHOLE, **ODD})).returncode == 0
    keeper = next(one for one in await events_of(platform, PostDrafted) if one.slug == "the-keeper")
    ask(platform, {"command": "DeletePost", "data": {"post": str(keeper.post)}})
    assert export(platform, tmp_path / "public", "--published").stdout.startswith("1 posts")
    assert [name for name in files_of(tmp_path / "public") if name.startswith("posts/")] == ["posts/2016-02-29-odd.md"]


def test_what_was_archived_before_its_time_came_is_not_published_by_an_import() -> None:
    archived = written((DRAFTED, PostScheduled(post=POST, publish_at=NOW), PostArchived(post=POST)))
    assert archived is not None
    assert "draft: true" in file_text(archived, [], None)
    was_public = written((DRAFTED, PUBLISHED, PostArchived(post=POST)))
    assert was_public is not None
    assert "draft" not in file_text(was_public, [], None)


def ask(platform: Platform, line: dict[str, Any]) -> None:
    form = {"grant_type": "password", "username": platform.handle, "password": platform.password}
    token = httpx.post(f"{platform.url}/auth/token", data=form).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    answer = httpx.post(f"{platform.url}/commands", content=json.dumps(line), headers=headers)
    assert "result" in answer.json(), answer.text
