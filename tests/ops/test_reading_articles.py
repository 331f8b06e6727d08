import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.accounts.handles import Handle
from ops.importing.article import Article, Manner, NotAPost, read_article
from ops.importing.category import Level
from ops.importing.dates import parse_date
from ops.importing.handles import handle_of, name_of
from ops.importing.remarks import Refused
from ops.importing.sources import SourceFile

MANNER = Manner(UTC)


def read(front_matter: str, name: str = "2020-01-02-a-post.md", body: str = "text", **manner: Any) -> Article:
    file = SourceFile(name, f"---\n{front_matter}\n---\n\n{body}".encode())
    return read_article(file, Manner(**{"zone": UTC, **manner}))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2015-03-17", datetime(2015, 3, 17, tzinfo=UTC)),
        ("2024-12-5", datetime(2024, 12, 5, tzinfo=UTC)),
        ("2015-03-17 14:00:00 -4", datetime(2015, 3, 17, 18, tzinfo=UTC)),
        ("2015-03-17 9:05:00 +0530", datetime(2015, 3, 17, 3, 35, tzinfo=UTC)),
        ("2014-03-12T10:11:00-04:00", datetime(2014, 3, 12, 14, 11, tzinfo=UTC)),
        ("2014-03-12T10:11:00.123Z", datetime(2014, 3, 12, 10, 11, 0, 123000, tzinfo=UTC)),
        ("2014-03-12 10:11 UTC", datetime(2014, 3, 12, 10, 11, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_weblogs_write_them(text: str, moment: datetime) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2015-02-30", "2015-03-17 25:00", "2015-03-17 10:00 +99", "1-1-1"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text)


@for_any(st.text(max_size=40))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_date(text).tzinfo is not None


def test_a_date_without_a_zone_is_in_the_sites_own() -> None:
    article = read("title: A\ndate: 2020-06-01", zone=timezone(timedelta(hours=2)))
    assert article.published_at == datetime(2020, 5, 31, 22, tzinfo=UTC)


@for_any(st.text(max_size=60))
def test_any_name_becomes_a_handle_and_the_same_always(called: str) -> None:
    handle = handle_of(called)
    assert TypeAdapter(Handle).validate_python(handle) == handle
    assert handle_of(handle) == handle


@pytest.mark.parametrize(
    ("called", "handle", "name"),
    [
        ("18F", "18f", "18F"),
        ("ana-rossi", "ana-rossi", "Ana Rossi"),
        ("José Ortiz", "jose-ortiz", "José Ortiz"),
        ("me", "author-me", "Me"),
        ("7", "author-7", "7"),
        ("東京", "author", "東京"),
    ],
)
def test_authors_are_credited_by_the_nearest_handle(called: str, handle: str, name: str) -> None:
    assert (handle_of(called), name_of(called)) == (handle, name)


def test_values_stay_the_texts_they_are() -> None:
    article = read("title: 1.10\ntags: [2016, yes, 'no', ~]\nauthors:\n- name: Ana\n- {handle: bo}")
    assert (article.title, article.tags, article.authors) == ("1.10", ("2016", "yes", "no"), ("Ana", "bo"))


def test_tabs_are_read_as_spaces_with_a_warning() -> None:
    article = read("title:\tA\ntags:\n- b\t\t\n-\tc")
    assert article.tags == ("b", "c")
    assert ("tabs in the front matter were read as spaces", None) in article.warnings


@pytest.mark.parametrize(
    ("front_matter", "slug"),
    [
        ("title: A", "a-post"),
        ("title: A\nslug: Mine", "mine"),
        ("title: A\npermalink: /2020/01/the-link/", "the-link"),
        ("title: A\npermalink: /:year/:title/", "a-post"),
        ("title: A\nslug: what? ever", "what-ever"),
        ("title: A\nslug: 2020", "post-2020"),
    ],
)
def test_a_slug_comes_from_its_field_its_link_or_the_file(front_matter: str, slug: str) -> None:
    assert read(front_matter).slug == slug


def test_a_long_excerpt_is_cut_at_a_word() -> None:
    article = read(f"title: A\nexcerpt: {'word ' * 150}")
    assert article.excerpt is not None
    assert len(article.excerpt) <= 500
    assert article.excerpt.endswith("word…")
    assert article.warnings == [("cut from 749 to 500 characters", 3)]


def test_no_title_is_taken_from_the_heading_or_the_name() -> None:
    assert read("tags: a", body="# The heading\n").title == "The heading"
    assert read("tags: a").title == "A post"


def test_toml_is_front_matter_too() -> None:
    text = b'+++\ntitle = "A"\ndate = 2020-05-06T07:08:09Z\ntags = ["x"]\ndraft = true\n+++\ntext'
    article = read_article(SourceFile("a.md", text), MANNER)
    assert (article.title, article.tags, article.is_draft) == ("A", ("x",), True)
    assert article.published_at == datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_an_index_is_known_by_its_folder() -> None:
    article = read("title: A", name="posts/2020-01-02-sea/index.md")
    assert (article.slug, article.published_at) == ("sea", datetime(2020, 1, 2, tzinfo=UTC))


def test_the_same_file_is_the_same_post_wherever_it_lies() -> None:
    assert read("title: A", name="a/x.md").id == read("title: B", name="deep/er/x.md").id
    assert read("title: A", source="site").id != read("title: A").id


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"---\ntitle: A\n---\nok\n\xff", 5, "not UTF-8"),
        (b"---\ntitle: A\n---\n\nnul \x00", 5, "holds U"),
        (b"---\ntitle: [A]\n---\n", 2, "title should be one text"),
        (b"---\ntitle: A\ndate: soon\n---\n", 3, "not a date"),
        (b"---\njust words\n---\n", 2, "name: value"),
        (b"---\na: &a [x]\nb: &b [*a,*a]\ntags: [*b,*b]\n---\n", 4, "list of texts"),
        (b"---\n" + b"x" * 70_000 + b"\n---\n", 1, "longer than"),
        (b"---\na: " + b"[" * 5_000 + b"]" * 5_000 + b"\n---\n", 2, "nested too deeply"),
        (b"---\na: b\nc:\n " + b"- " * 5_000 + b"\n---\n", 4, "nested too deeply"),
        (None, None, "larger than"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(content: bytes | None, line: int | None, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        read_article(SourceFile("a.md", content), MANNER)
    assert refused.value.line == line


@pytest.mark.parametrize("name", ["a.js", "LICENSE.md", "README.md"])
def test_other_files_are_left_out(name: str) -> None:
    with pytest.raises(NotAPost):
        read_article(SourceFile(name, b"words"), MANNER)


@pytest.mark.parametrize(
    ("front_matter", "category", "tags"),
    [
        ("title: A\ncategory: Coast", ["Coast"], ()),
        ("title: A\ncategory: Coast / Lights/Lamps", ["Coast", "Lights", "Lamps"], ()),
        ("title: A\ncategories: [Coast, Coast/Lights]", ["Coast", "Lights"], ()),
        ("title: A\ncategories: [Coast, Boats]\ntags: [sea, boats]", ["Coast"], ("sea", "boats")),
        ("title: A\ncategory: a/b/c/d/e/f/g/h", ["a", "b", "c", "d", "e", "f"], ()),
        ("title: A\ncategory: //", [], ()),
    ],
)
def test_a_post_is_in_the_lowest_category_and_others_are_tags(
    front_matter: str, category: list[str], tags: tuple[str, ...]
) -> None:
    article = read(front_matter)
    assert ([level.name for level in article.category], article.tags) == (category, tags)


def test_a_category_of_the_sources_own_list_is_found_by_its_slug() -> None:
    lights = (Level("The Coast", "coast"), Level("Lights & lamps", "lights"))
    assert read("title: A\ncategory: lights", categories={"lights": lights}).category == lights
