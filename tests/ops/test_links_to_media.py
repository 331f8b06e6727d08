"""Which file of a source a link means, and how links are exchanged."""

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ops.importing.attachments import Attachments, attachments_of
from ops.importing.links import exchanged, links_in, without_host
from tests.media_files import png

FILES = {
    "site/_posts/2020-01-01-sea.md": b"---\ntitle: Sea\n---\n",
    "site/_posts/pier.png": png(1, 1),
    "site/assets/2020/keeper.jpg": png(2, 2),
    "site/a b/Boat.PNG": png(3, 3),
    "other/boat.png": png(4, 4),
    "site/content/images/2021/lamp.webp": png(5, 5),
    "site/notes.txt": b"no medium",
}
BESIDE = "site/_posts/2020-01-01-sea.md"


def folder(path: Path) -> Path:
    for name, content in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def zipped(path: Path) -> Path:
    with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    return path.with_suffix(".zip")


def tarred(path: Path) -> Path:
    with tarfile.open(path.with_suffix(".tar.gz"), "w:gz") as archive:
        for name, content in FILES.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path.with_suffix(".tar.gz")


@pytest.mark.parametrize("source", [folder, zipped, tarred])
def test_media_of_any_source_are_found_and_opened(source: Callable[[Path], Path], tmp_path: Path) -> None:
    with attachments_of(source(tmp_path / "in")) as found:
        path = found.find("pier.png", BESIDE)
        assert path == "site/_posts/pier.png"
        with found.open(path) as file:
            assert file.read() == FILES[path]
        assert found.find("notes.txt", BESIDE) is None


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("pier.png", "site/_posts/pier.png"),
        ("./pier.png?width=3#top", "site/_posts/pier.png"),
        ("../assets/2020/keeper.jpg", "site/assets/2020/keeper.jpg"),
        ("/assets/2020/keeper.jpg", "site/assets/2020/keeper.jpg"),
        ("{{ site.baseurl }}/assets/2020/keeper.jpg", "site/assets/2020/keeper.jpg"),
        ("/assets/2020/keeper-300x200.jpg", "site/assets/2020/keeper.jpg"),
        ("/content/images/size/w600/2021/lamp.webp", "site/content/images/2021/lamp.webp"),
        ("/a%20b/boat.png", "site/a b/Boat.PNG"),
        ("boat.png", None),  # two end so
        ("/assets/2021/keeper.jpg", None),
        ("../../../../etc/keeper.jpg", None),
    ],
)
def test_a_link_means_what_lies_where_it_says(link: str, path: str | None) -> None:
    found = Attachments({name: io.BytesIO for name in FILES if not name.endswith(("md", "txt"))})
    assert found.find(link, BESIDE) == path


BODY = """\
![The *pier*](pier.png "A pier") and [large](/big.jpg), <img alt="Lamp &amp; light" src="lamp.webp">
[ref]: sea.gif
<a href='x.mov'>film</a> <img src="data:image/png;base64,AAAA"> ![far](https://else.example/a.jpg?w=3)
`![code](code.png)` pier.png ![](/media/0192b1a4-9d0e-7c31-b8a2-6f1d2e3c4b5a/original) [text](notes.txt)
"""


def test_links_in_markdown_and_html_are_found_with_what_stands_for_them() -> None:
    assert [(link.text, link.alt) for link in links_in(BODY)] == [
        ("pier.png", "The *pier*"),
        ("/big.jpg", None),
        ("lamp.webp", "Lamp & light"),
        ("sea.gif", None),
        ("x.mov", None),
        ("https://else.example/a.jpg?w=3", "far"),
        ("code.png", "code"),
        ("/media/0192b1a4-9d0e-7c31-b8a2-6f1d2e3c4b5a/original", ""),
    ]


def test_nothing_but_the_links_is_exchanged() -> None:
    assert exchanged(BODY, lambda link: link) == BODY
    assert exchanged('![a](x.png "t") <img src="y.png">', str.upper) == '![a](X.PNG "t") <img src="Y.PNG">'


def test_a_link_with_another_host_leads_elsewhere() -> None:
    own = frozenset({"harbour.example"})
    assert without_host("https://harbour.example/wp-content/a.jpg", own) == "/wp-content/a.jpg"
    assert without_host("//harbour.example/a.jpg", own) == "/a.jpg"
    assert without_host("https://else.example/a.jpg", own) is None
    assert without_host("data:image/png;base64,AAAA", own) is None
    assert without_host("a.jpg", own) == "a.jpg"


def test_a_body_made_to_be_slow_is_read_in_time() -> None:
    for part in ("![", '<img src="', "](", "[a]: ", "{{", "<img alt="):
        list(links_in(part * 100_000))
        list(links_in(part + "a" * 500_000))
