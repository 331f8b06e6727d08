"""What mails say, in every language."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

import jobs
from jobs.day_counts import Counts
from jobs.writing import LANGUAGES, folder_of, written

FOLDER = Path(jobs.__file__).parent / "templates"
TEMPLATES = sorted(path.stem for path in (FOLDER / "en").glob("*.jinja") if path.stem != "foot")
ONE = {"title": "The <sea>", "link": "https://site.example/posts/sea?a=1&b=2", "by": ["Ada & Ben", "Cy"], "count": 1}
VALUES: dict[str, Any] = {
    "site": "Site & Co",
    "handle": "ada",
    "by": "ben",
    "title": "The <sea>",
    "link": "https://site.example/confirm?token=a&b",
    "day": "2026-03-29",
    "time_zone": "Europe/Vienna",
    "counts": Counts(posts=1, comments=2, accounts=0, jobs_done=31, jobs_failed=4),
    "posts": [ONE, ONE],
    "more": 3,
    "total": 9,
    "told": 5,
    "host": "hooks.example",
    "description": "The <sea>",
    "reason": "nothing was accepted for 24 hours: status 503",
    "webhook": "0192b1a0",
}
SUBJECTS = {
    ("welcome", "en"): "Welcome to Site & Co: please confirm your address",
    ("comment", "en"): "ben commented on “The <sea>”",
    ("comment", "zh"): "ben 评论了《The <sea>》",
    ("report", "en"): "Site & Co on 2026-03-29: 1 post, 2 comments, 0 sign-ups",
    ("more_comments", "en"): "9 more comments on your posts at Site & Co",
    ("more_replies", "zh"): "您在Site & Co的评论另有 9 条新回复",
    ("digest", "en"): "5 new posts by those whom you follow at Site & Co",
    ("digest", "zh"): "您在Site & Co关注的作者发布了 5 篇新文章",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_is_written_in_every_language(template: str, language: str) -> None:
    says = written(template, language, VALUES)
    assert says.subject == SUBJECTS.get((template, language), says.subject)
    assert "\n" not in says.subject
    assert "ada" in says.text
    assert f'<html lang="{LANGUAGES[language]}">' in says.html
    assert "&amp;" not in says.text
    for raw in ("<sea>", "token=a&b", "Ada & Ben", "Site & Co"):
        assert raw not in says.html, "escaped in HTML"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_mails_are_there_in_every_language(language: str) -> None:
    assert {path.stem for path in (FOLDER / language).glob("*.jinja")} == {*TEMPLATES, "foot"}


def test_text_and_html_have_the_same_links() -> None:
    says = written("digest", "en", VALUES)
    assert "The <sea>\nhttps://site.example/posts/sea?a=1&b=2\nAda & Ben, Cy\n\n" in says.text
    assert (
        '<a href="https://site.example/posts/sea?a=1&amp;b=2">The &lt;sea&gt;</a><br>\nAda &amp; Ben, Cy' in says.html
    )
    assert "And 3 more." in says.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_has_a_foot_that_says_how_to_stop_it(language: str) -> None:
    link = "https://site.example/unsubscribe?token=t"
    says = written("comment", language, VALUES | {"unsubscribe": link})
    assert says.text.rstrip().endswith(link)
    assert f'<a href="{link}">' in says.html
    assert "unsubscribe" not in written("comment", language, VALUES).html


@pytest.mark.parametrize(
    ("language", "folder"),
    [("en-GB", "en"), ("zh", "zh"), ("zh-Hant-TW", "zh"), ("pt-BR", "en"), ("zhx", "en"), ("", "en")],
)
def test_a_language_without_templates_is_read_in_english(language: str, folder: str) -> None:
    assert folder_of(language) == folder


def test_a_value_that_is_missing_is_no_mail() -> None:
    with pytest.raises(UndefinedError):
        written("welcome", "en", {"site": "S", "handle": "ada"})
