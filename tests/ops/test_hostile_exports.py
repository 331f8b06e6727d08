"""Exports that mean harm: refused with a reason, in flat memory, and what came before is imported all the same."""

import gzip
import io
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from ops.importing.article import Article, Manner
from ops.importing.gathered import Gathered
from ops.importing.remarks import Remarks
from ops.importing.sources import SourceFile, open_source
from ops.importing.windows import Reader
from tests.ops import ghost
from tests.ops.wordpress import FOOT, HEAD, comment, exported, item, write_export
from tests.servers import ROOT

GOOD = item(1, "Good")
ENTITIES = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def read(path: Path) -> tuple[list[Article], Gathered]:
    gathered = Gathered(Remarks())
    reader = Reader(Manner(UTC), gathered)
    return [article for window in reader.windows(open_source(path)) for article in window], gathered


def with_document_type(text: str) -> bytes:
    return HEAD.replace("<rss", f"{text}\n<rss").encode() + (item(2, "&b;&x;") + FOOT).encode()


@pytest.mark.parametrize("text", [ENTITIES, EXTERNAL, "<!DOCTYPE rss>"])
def test_document_types_are_refused_and_no_entity_is_expanded(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xml").write_bytes(with_document_type(text))
    articles, gathered = read(tmp_path / "a.xml")
    assert (articles, gathered.remarks.counts["refused"]) == ([], 1)
    assert "it declares a document type" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("<item>" + "<a>" * 5_000, "nested deeper than 32 levels"),
        ("<item></channel>", "it is not XML from line"),
        ("<item>", "it is not XML from line"),
        ("<item " + "a" * (10 << 20) + "='1'/>", "is larger than 8 MiB"),
        ("<item>&undefined;</item>", "it is not XML from line"),
        ("<item>\udcff</item>", "it is not XML from line"),
    ],
)
def test_what_cannot_be_read_is_refused_and_what_came_before_is_not(
    rest: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xml").write_bytes((HEAD + GOOD + rest).encode(errors="surrogateescape"))
    articles, gathered = read(tmp_path / "a.xml")
    assert ([one.title for one in articles], gathered.remarks.counts["refused"]) == (["Good"], 1)
    assert said in capsys.readouterr().err


def test_a_huge_item_is_refused_alone_and_never_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with gzip.open(tmp_path / "a.xml.gz", "wb", compresslevel=1) as file:
        file.write((HEAD + "<item><title>Huge</title><content:encoded>").encode())
        for _ in range(96):
            file.write(b"<b>" + b"x" * (1 << 20) + b"</b>")
        file.write(("</content:encoded></item>" + GOOD + FOOT).encode())
    tracemalloc.start()
    articles, _ = read(tmp_path / "a.xml.gz")
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [one.title for one in articles] == ["Good"]
    assert "larger than 32 MiB with its comments" in capsys.readouterr().err
    assert peak_bytes < 80 << 20


def test_many_items_are_read_in_flat_memory(tmp_path: Path) -> None:
    path = write_export(tmp_path / "a.xml", *(item(number, body="word " * 4_000) for number in range(700)))
    tracemalloc.start()
    reader = Reader(Manner(UTC), Gathered(Remarks()))
    count = sum(len(window) for window in reader.windows(open_source(path)))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, path.stat().st_size > 13 << 20) == (700, True)
    assert peak_bytes < 12 << 20


def test_an_export_is_read_in_whatever_it_is_packed(tmp_path: Path) -> None:
    content = exported([GOOD])
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(content))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../deep/site.wordpress.xml", content)
        archive.writestr("feed.xml", b"<rss><channel/></rss>")
        archive.writestr("inner.xml.gz", gzip.compress(exported([item(2, "Other")]))[:-20])
    assert [one.title for one in read(tmp_path / "a.xml.gz")[0]] == ["Good"]
    articles, gathered = read(tmp_path / "a.zip")
    assert next(one.name for one in articles) == "deep/site.wordpress.xml: post 1"
    assert (gathered.remarks.counts["skipped"], gathered.remarks.counts["refused"]) == (1, 1)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_file_that_unpacks_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.importing.stream.MAX_BYTES", 1 << 20)
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(exported([GOOD, " " * (8 << 20), item(2)])))
    articles, gathered = read(tmp_path / "a.xml.gz")
    assert ([one.title for one in articles], gathered.remarks.counts["refused"]) == (["Good"], 1)


def test_answers_in_a_circle_or_a_thousand_deep_become_a_thread() -> None:
    circle = comment(1, parent=2) + comment(2, parent=1)
    chain = "".join(comment(number, parent=number - 1) for number in range(4, 1_004))
    (article,) = _of(item(1, inside=circle + chain))
    known: dict[object, int] = {None: 0}
    for one in article.comments:
        known[one.id] = known[one.parent] + 1
    assert (len(article.comments), max(known.values())) == (1_002, 8)


def test_categories_in_a_circle_are_a_path() -> None:
    around = "".join(
        f"<wp:category><wp:category_nicename>{here}</wp:category_nicename>"
        f"<wp:category_parent>{above}</wp:category_parent><wp:cat_name>{here}</wp:cat_name></wp:category>"
        for here, above in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    (article,) = _of(around, item(1, inside='<category domain="category" nicename="a">a</category>'))
    assert [level.slug for level in article.category] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"db": [{"data": {"posts": ' + b"[" * 5_000, "nested deeper than 64 levels"),
        (b'{"db": [{"data": {"posts": [{"id": 1', "it is not JSON"),
        (b'{"db": [{"data": {"posts": [{"title": "' + b"x" * (10 << 20) + b'"}]}}]}', "is larger than 8 MiB"),
        (b'{"db": [{"data": {"posts": [{"title": "\xff"}]}}]}', "it is not JSON"),
    ],
)
def test_json_that_cannot_be_read_is_refused(
    content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_bytes(content)
    articles, gathered = read(tmp_path / "a.json")
    assert (articles, gathered.remarks.counts["refused"]) == ([], 1)
    assert said in capsys.readouterr().err


def test_a_number_of_thousands_of_digits_does_not_end_the_process(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"db": [{"data": {"posts": [{"id": ' + b"9" * 10_000 + b"}]}}]}")
    reading = f"import pathlib; from {__name__} import read; print(len(read(pathlib.Path({str(path)!r}))[0]))"
    ran = subprocess.run(
        [sys.executable, "-c", reading], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "0")
    assert "it is not JSON" in ran.stderr


def test_a_huge_row_of_json_is_refused_alone_and_never_held(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    texts = b", ".join(b'"f%d": "%s"' % (number, b"x" * (1 << 20)) for number in range(48))
    path.write_bytes(
        gzip.compress(ghost.exported([ghost.post(1)]).replace(b'"id": "p1",', texts + b', "id": "p1",'), 1)
    )
    many = ghost.write_export(tmp_path / "b.json", *(ghost.post(n, html="word " * 4_000) for n in range(500)))
    tracemalloc.start()
    articles, gathered = read(path)
    count = sum(len(window) for window in Reader(Manner(UTC), Gathered(Remarks())).windows(open_source(many)))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (articles, gathered.remarks.counts["refused"], count) == ([], 1, 500)
    assert peak_bytes < 40 << 20


WHOLE = {
    "a.xml": exported([GOOD, item(2, inside=comment(1) + comment(2, parent=1)), item(3)]),
    "a.json": ghost.exported([ghost.post(1), ghost.post(2), ghost.post(3)]),
}


@settings(max_examples=200, deadline=None)
@for_any(st.sampled_from(sorted(WHOLE)), st.floats(0, 1), st.binary(max_size=12), st.integers(0, 30))
def test_any_damage_is_refused_or_read_and_never_breaks(name: str, where: float, new: bytes, gone: int) -> None:
    gathered = Gathered(Remarks())
    place = int(where * len(WHOLE[name]))
    damaged = WHOLE[name][:place] + new + WHOLE[name][place + gone :]
    files = iter([SourceFile(name, None, io.BytesIO(damaged))])
    articles = [one for window in Reader(Manner(UTC), gathered).windows(files) for one in window]
    assert len(articles) <= 3
    assert len({one.id for one in articles}) == len(articles)


def _of(*items: str) -> Iterator[Article]:
    files = iter([SourceFile("a.xml", None, io.BytesIO(exported(items)))])
    for window in Reader(Manner(UTC), Gathered(Remarks())).windows(files):
        yield from window
