"""Exports say more than posts have room for: nobody can mend them there, so that is cut, and said."""

from pathlib import Path

import pytest

from tests.ops import ghost, wordpress
from tests.ops.test_import_ghost import read

LONG = "A title that goes on " * 12
TAG = "a tag of more than fifty characters, as other systems take them"


def test_long_titles_and_tags_of_ghost_are_cut_and_a_language_that_is_none_is_not_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ghost.TAGS[0], "name", TAG)
    path = ghost.write_export(tmp_path / "a.json", ghost.post(1, LONG, locale="none at all"))
    [article] = read(path)[0]
    assert (len(article.title) <= 200, article.title[-1], article.tags, article.language) == (True, "…", (), "en")
    said = capsys.readouterr().err
    assert "the title was cut from 251 to 200 characters" in said
    assert f"a tag has at most 50 characters; left out: {TAG}" in said
    assert "'none at all' is no language tag; en is taken" in said


def test_long_titles_tags_and_names_of_categories_of_wordpress_are_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = wordpress.category("t", TAG, "post_tag") + wordpress.category("u", "Short", "post_tag")
    whole = wordpress.exported([wordpress.item(1, LONG, inside=inside + wordpress.category("coast", "The Coast"))])
    (tmp_path / "a.xml").write_bytes(whole.replace(b"CDATA[The Coast]", b"CDATA[" + b"The Coast " * 20 + b"]"))
    [article] = read(tmp_path / "a.xml")[0]
    assert (len(article.title) <= 200, article.title[-1], article.tags) == (True, "…", ("Short",))
    assert [len(level.name) for level in article.category] == [99]
    assert "left out: a tag of more than fifty" in capsys.readouterr().err
