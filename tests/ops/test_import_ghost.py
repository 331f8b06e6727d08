"""Ghost exports."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.accounts.events import AuthorCredited
from domain.posts.events import PostDrafted, PostPublished
from ops.importing.article import Article, Manner
from ops.importing.gathered import Gathered
from ops.importing.remarks import Remarks
from ops.importing.sources import open_source
from ops.importing.windows import Reader
from tests.ops.conftest import Platform
from tests.ops.ghost import post, write_export
from tests.ops.importing import events_of, history, import_

WHOLE = post(1, "Fish & ships", html='<p><a href="__GHOST_URL__/about/">Us</a></p>', custom_excerpt="In short.")
PAGE = post(2, "About", slug="about", type="page")
DRAFT = post(3, "Not yet", status="draft", html=None, published_at=None)
PAID = post(4, "For some", visibility="paid")
MAILED = post(5, "By mail", status="sent")


def read(path: Path, **manner: bool) -> tuple[list[Article], Gathered]:
    gathered = Gathered(Remarks())
    reader = Reader(Manner(UTC, **manner), gathered)  # type: ignore[arg-type] # flags alone
    return [article for window in reader.windows(open_source(path)) for article in window], gathered


async def test_a_ghost_export_arrives_as_it_was_and_a_second_run_changes_nothing(
    platform: Platform, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "site.ghost.json", WHOLE, PAGE, DRAFT, PAID, MAILED)
    done = import_(platform, path)
    assert (done.returncode, done.stdout.splitlines()[0][:16]) == (0, "5 new; 0 refused"), done.stderr
    drafted = {one.slug: one for one in await events_of(platform, PostDrafted)}
    whole = drafted["post-1"]
    assert (whole.title, whole.format, whole.tags) == ("Fish & ships", "html", ("Open Data",))
    assert (whole.body, whole.excerpt) == ('<p><a href="/about/">Us</a></p>', "In short.")
    names = {one.account: one.name for one in await events_of(platform, AuthorCredited)}
    assert [names[author] for author in whole.authors] == ["Ana Rossi", "Ben"]
    published = {one.post: one.published_at for one in await events_of(platform, PostPublished)}
    assert published.keys() == {whole.post, drafted["about"].post}
    assert published[whole.post] == datetime(2015, 3, 17, 14, tzinfo=UTC)
    assert "was for paid readers alone: kept as a draft" in done.stderr
    assert "was sent by mail and not on the site: kept as a draft" in done.stderr
    assert "not as it was: 1 posts without their internal tags" in done.stdout
    before = len(await history(platform))
    assert import_(platform, path).stdout.startswith("5 unchanged; 0 refused")
    assert len(await history(platform)) == before


def test_internal_tags_come_along_when_asked_for(tmp_path: Path) -> None:
    path = write_export(tmp_path / "a.json", WHOLE)
    assert [one.tags for one in read(path)[0]] == [("Open Data",)]
    assert [one.tags for one in read(path, with_internal_tags=True)[0]] == [("#front", "Open Data")]


def test_a_public_post_without_html_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    articles, gathered = read(write_export(tmp_path / "a.json", post(1, "Lost", html=None), post(2)))
    assert ([one.slug for one in articles], gathered.remarks.counts["refused"]) == (["post-2"], 1)
    assert "a.json: Lost: has no html" in capsys.readouterr().err
