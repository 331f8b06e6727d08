"""Media that lie beside posts come along; what is elsewhere stays there, and is listed."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from domain.media.events import MediaDescribed, MediaUploaded
from domain.posts.events import PostDrafted
from tests.media_files import jpeg, png
from tests.ops.conftest import Platform
from tests.ops.ghost import exported, post
from tests.ops.importing import events_of, export, history, import_
from tests.ops.wordpress import FOOT, HEAD, item

PIER, LAMP, UNUSED = png(4, 3, filling=b"pier"), jpeg(5, 4, comment=b"lamp"), png(6, 6)
POST = """---
title: The pier
author: bo
date: 2020-01-01
image: /assets/lamp.jpg
---
![A pier at dusk](pier.png) and again <img src="./pier.png">, ![far](https://else.example/far.jpg), ![gone](gone.png)
"""


def archive(path: Path, files: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def markdown(folder: Path) -> Path:
    files: Mapping[str, bytes | str] = {
        "_posts/2020-01-01-pier.md": POST,
        "_posts/pier.png": PIER,
        "assets/lamp.jpg": LAMP,
        "assets/no.png": UNUSED,
    }
    return archive(folder / "site.zip", files)


async def test_pictures_beside_posts_are_uploaded_and_linked_to(platform: Platform, tmp_path: Path) -> None:
    done = import_(platform, markdown(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "2 media uploaded" in done.stdout
    assert "image (1)" not in done.stdout
    assert "https://else.example/far.jpg in _posts/2020-01-01-pier.md" in done.stdout
    [drafted] = await events_of(platform, PostDrafted)
    uploaded = {each.filename: each for each in await events_of(platform, MediaUploaded)}
    pier, lamp = uploaded["pier.png"], uploaded["lamp.jpg"]
    assert (pier.media_type, pier.size_bytes, lamp.media_type) == ("image/png", len(PIER), "image/jpeg")
    assert drafted.body.count(f"/media/{pier.media}/original") == 2
    assert "![far](https://else.example/far.jpg), ![gone](gone.png)" in drafted.body
    assert (drafted.cover, drafted.media) == (lamp.media, (pier.media,))
    assert {each.media: each.alt for each in await events_of(platform, MediaDescribed)} == {
        pier.media: "A pier at dusk"
    }


async def test_a_second_run_uploads_nothing(platform: Platform, tmp_path: Path) -> None:
    source = markdown(tmp_path)
    assert import_(platform, source).returncode == 0
    before = len(await history(platform))
    again = import_(platform, source)
    assert again.stdout.startswith("1 unchanged")
    assert "0 media uploaded" in again.stdout
    assert len(await history(platform)) == before


async def test_what_the_site_does_not_take_is_named_and_its_links_are_left(platform: Platform, tmp_path: Path) -> None:
    source = archive(tmp_path / "x.zip", {"2020-01-01-a.md": POST, "pier.png": b"no picture", "assets/lamp.jpg": LAMP})
    done = import_(platform, source)
    assert done.returncode == 0
    assert "pier.png: was not taken" in done.stderr
    [drafted] = await events_of(platform, PostDrafted)
    assert "![A pier at dusk](pier.png)" in drafted.body


async def test_media_of_wordpress_come_along_when_their_folder_does(platform: Platform, tmp_path: Path) -> None:
    meta = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta>"
    url = "https://harbour.example/wp-content/uploads/2015/03"
    body = f'<p><img src="{url}/pier-300x200.png" alt="Pier"></p><p><img src="https://else.example/y.png"></p>'
    attachment = item(9, post_type="attachment", status="inherit", attachment_url=f"{url}/lamp.jpg")
    files: Mapping[str, bytes | str] = {
        "harbour.xml": HEAD + item(7, body=body, inside=meta) + attachment + FOOT,
        "wp-content/uploads/2015/03/pier.png": PIER,
        "wp-content/uploads/2015/03/lamp.jpg": LAMP,
    }
    done = import_(platform, archive(tmp_path / "wordpress.zip", files))
    assert done.returncode == 0, done.stderr
    [drafted] = await events_of(platform, PostDrafted)
    uploaded = {each.filename: each.media for each in await events_of(platform, MediaUploaded)}
    assert (drafted.cover, drafted.media) == (uploaded["lamp.jpg"], (uploaded["pier.png"],))
    assert "https://else.example/y.png in harbour.xml: post 7" in done.stdout


async def test_media_of_ghost_come_along_when_their_folder_does(platform: Platform, tmp_path: Path) -> None:
    html = '<img src="__GHOST_URL__/content/images/size/w600/2020/01/pier.png" alt="Pier">'
    picture = "__GHOST_URL__/content/images/2020/01/lamp.jpg"
    files: Mapping[str, bytes | str] = {
        "ghost.json": exported([post(1, html=html, feature_image=picture)]),
        "content/images/2020/01/pier.png": PIER,
        "content/images/2020/01/lamp.jpg": LAMP,
    }
    done = import_(platform, archive(tmp_path / "ghost.zip", files))
    assert done.returncode == 0, done.stderr
    [drafted] = await events_of(platform, PostDrafted)
    uploaded = {each.filename: each.media for each in await events_of(platform, MediaUploaded)}
    assert (drafted.cover, drafted.media) == (uploaded["lamp.jpg"], (uploaded["pier.png"],))


@pytest.mark.parametrize("target", ["out", "out.zip"])
async def test_an_export_carries_the_media_that_posts_show_under_their_ids(
    platform: Platform, other_platform: Platform, tmp_path: Path, target: str
) -> None:
    assert import_(platform, markdown(tmp_path)).returncode == 0
    done = export(platform, tmp_path / target)
    assert done.stdout.startswith("1 posts and 2 media"), done.stderr
    assert import_(other_platform, tmp_path / target).returncode == 0
    kinds = (PostDrafted, MediaUploaded, MediaDescribed)
    one, other = [[await events_of(each, kind) for kind in kinds] for each in (platform, other_platform)]
    [drafted], [again] = one[0], other[0]
    assert (drafted.post, drafted.body, drafted.cover) == (again.post, again.body, again.cover)
    assert len(again.media) == 1
    assert {(each.media, each.sha256) for each in one[1]} == {(each.media, each.sha256) for each in other[1]}
    assert [(each.media, each.alt) for each in one[2]] == [(each.media, each.alt) for each in other[2]]


def test_an_id_that_is_in_use_is_refused_before_the_bytes_are_read(platform: Platform) -> None:
    form = {"grant_type": "password", "username": platform.handle, "password": platform.password}
    token = httpx.post(f"{platform.url}/auth/token", data=form).json()["access_token"]
    media = "0192b1a4-9d0e-7c31-b8a2-6f1d2e3c4b5a"
    answers = [
        httpx.post(
            f"{platform.url}/media", params={"id": wanted}, content=PIER, headers={"Authorization": f"Bearer {token}"}
        )
        for wanted in (media, media, "no id")
    ]
    assert [answer.status_code for answer in answers] == [201, 409, 422]
    assert (answers[0].json()["id"], answers[1].json()["code"]) == (media, "MediaExists")
    assert json.loads(answers[1].content)["errors"] == [{"pointer": "/id", "detail": answers[1].json()["detail"]}]
