from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.accounts.events import AuthorCredited
from domain.posts.events import PostDrafted, PostPublished, PostRevised, PostScheduled, SlugChanged
from ops.__main__ import main
from ops.importing.article import author_id
from tests.ops.conftest import Platform
from tests.ops.importing import events_of, history, import_, run, write_posts

WHOLE = """---
title: "The keeper of the light"
date: 2015-03-17 14:00:00 -4
authors:
- ana-rossi
- 18F
tags:
- Open Data
- open-data
- sea
language: pt_br
excerpt: Before the sea gave anything back.
redirect_from: /2015/03/16/the-old-keeper/
image: /keeper.png
---

It was *long* before.
"""


SOON = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=300)


async def test_everything_a_post_says_arrives(platform: Platform, tmp_path: Path) -> None:
    done = import_(platform, write_posts(tmp_path / "in", {"_posts/2015-03-17-the-keeper.md": WHOLE}))
    assert (done.returncode, done.stdout.splitlines()[0][:5]) == (0, "1 new")
    assert "the author '18F' is credited as 18f" in done.stderr
    assert "image (1)" in done.stdout
    (drafted,) = await events_of(platform, PostDrafted)
    assert (drafted.title, drafted.body) == ("The keeper of the light", "It was *long* before.\n")
    assert drafted.authors == (author_id("ana-rossi"), author_id("18f"))
    assert (drafted.tags, drafted.language, drafted.slug) == (("Open Data", "sea"), "pt-BR", "the-keeper")
    assert drafted.excerpt == "Before the sea gave anything back."
    (published,) = await events_of(platform, PostPublished)
    assert published.published_at == datetime(2015, 3, 17, 18, tzinfo=UTC)
    assert [moved.slug for moved in await events_of(platform, SlugChanged)] == ["the-old-keeper", "the-keeper"]
    names = {credited.handle: credited.name for credited in await events_of(platform, AuthorCredited)}
    assert names == {"ana-rossi": "Ana Rossi", "18f": "18F"}


async def test_a_second_run_changes_nothing_and_a_changed_file_is_one_revision(
    platform: Platform, tmp_path: Path
) -> None:
    files = {f"2020-01-0{day}-post-{day}.md": WHOLE.replace("16/the-old", f"16/the-old-{day}") for day in range(1, 6)}
    folder = write_posts(tmp_path / "in", files)
    assert import_(platform, folder).returncode == 0
    before = len(await history(platform))
    assert import_(platform, folder).stdout.startswith("5 unchanged; 0 refused")
    assert len(await history(platform)) == before
    changed = WHOLE.replace("the-old", "the-old-3").replace("- sea", "- lake").replace("*long*", "**very long**")
    write_posts(folder, {"2020-01-03-post-3.md": changed})
    assert import_(platform, folder).stdout.startswith("1 changed, 4 unchanged; 0 refused")
    assert len(await history(platform)) == before + 1
    (revised,) = await events_of(platform, PostRevised)
    assert revised.changed == ("body", "tags")


async def test_what_cannot_be_taken_is_named_and_the_rest_goes_on(platform: Platform, tmp_path: Path) -> None:
    posts = {
        "2020-01-01-long.md": f"---\nauthors: [ana]\ntitle: {'x' * 201}\n---\ntext",
        "2020-01-02-yaml.md": "---\ntitle: x\ntags: [a\n---\ntext",
        "2020-01-03-open.md": "---\ntitle: x\n",
        "2020-13-40-date.md": "---\ntitle: x\n---\ntext",
        "2020-01-04-tags.md": "---\ntitle: x\ntags: {a: b}\n---\ntext",
        "2020-01-05-good.md": "---\ntitle: Good\n---\ntext",
        "README.md": "# not a post",
        "image.png": "not a post",
    }
    done = import_(platform, write_posts(tmp_path / "in", posts))
    assert done.returncode == 1
    assert done.stdout.startswith("1 new; 5 refused, 2 files skipped")
    assert "refused: 2020-01-01-long.md:3: title: String should have at most 200 characters" in done.stderr
    assert "refused: 2020-01-02-yaml.md:4: the front matter cannot be read" in done.stderr
    assert "refused: 2020-01-03-open.md:1: the front matter has no end" in done.stderr
    assert "refused: 2020-13-40-date.md: the date in the file name" in done.stderr
    assert "refused: 2020-01-04-tags.md:3: tags should be a list of texts" in done.stderr
    assert "skipped: README.md: has no front matter" in done.stderr
    assert [drafted.title for drafted in await events_of(platform, PostDrafted)] == ["Good"]


async def test_slugs_that_meet_take_the_next_number(platform: Platform, tmp_path: Path) -> None:
    text = "---\ntitle: Hello\n---\ntext"
    first = write_posts(tmp_path / "a", {"2020-01-01-hello.md": text, "2021-01-01-hello.md": text})
    assert "another file's; hello-2 is taken" in import_(platform, first).stderr
    other = write_posts(tmp_path / "b", {"2022-01-01-hello.md": text})
    assert "another post's; hello-3 is taken" in import_(platform, other).stderr
    assert import_(platform, other).stdout.startswith("1 unchanged")
    assert [one.slug for one in await events_of(platform, PostDrafted)] == ["hello", "hello-2", "hello-3"]


async def test_drafts_are_not_published_and_dates_ahead_are_waited_for(platform: Platform, tmp_path: Path) -> None:
    posts = {
        "draft.md": "---\ntitle: A\ndraft: true\n---\ntext",
        "2090-01-01-ahead.md": "---\ntitle: B\n---\ntext",
        "2020-01-01-empty.md": "---\ntitle: C\n---\n",
        "soon.md": f"---\ntitle: D\ndate: {SOON:%Y-%m-%d}\n---\ntext",
    }
    done = import_(platform, write_posts(tmp_path / "in", posts))
    assert (done.returncode, done.stdout[:5]) == (0, "4 new")
    assert "its date lies ahead: kept as a draft" in done.stderr
    assert "has no body: kept as a draft" in done.stderr
    assert await events_of(platform, PostPublished) == []
    assert [one.publish_at for one in await events_of(platform, PostScheduled)] == [SOON]


def test_a_wrong_password_does_nothing(platform: Platform, tmp_path: Path) -> None:
    path = write_posts(tmp_path / "x", {"a.md": "---\ntitle: A\n---\n"})
    done = run(
        {**platform.environment, "PALIMPSEST_PASSWORD": "wrong"},
        "import",
        "--url",
        platform.url,
        "--as",
        "admin",
        str(path),
    )
    assert (done.returncode, "could not sign in" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x"], "no stack runs here"),
        (["--url", "http://localhost:1", "x"], "say who imports"),
        (["--url", "http://localhost:1", "--as", "ana", "nowhere"], "there is no"),
        (["--time-zone", "Mars", "x"], "no IANA time zone"),
        ([], "required: path"),
    ],
)
def test_what_is_not_understood_does_nothing(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PALIMPSEST_HOME", str(tmp_path))
    monkeypatch.setenv("PALIMPSEST_PASSWORD", "any")
    monkeypatch.chdir(write_posts(tmp_path, {"x/a.md": "---\ntitle: A\n---\n"}))
    try:
        code = main(["import", *arguments])
    except SystemExit as ended:
        code = int(str(ended.code))
    assert (code, said in capsys.readouterr().err) == (2, True)
