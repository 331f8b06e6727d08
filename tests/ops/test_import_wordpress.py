"""WordPress exports."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from domain.accounts.events import AuthorCredited
from domain.comments.events import CommentWritten
from domain.posts.events import PostDrafted, PostPublished, PostRevised, SlugChanged
from domain.taxonomy.events import CategoryCreated
from tests.ops.conftest import Platform, serving
from tests.ops.importing import Done, events_of, export, history, import_
from tests.ops.wordpress import category, comment, item, old_slug, write_export
from tests.servers import Cluster

WHOLE = item(
    12,
    "Fish &amp; <em>ships</em>",
    "It was long before.\n\nThen [gallery ids=1] it was.",
    category("lights", "Lights &amp; lamps")
    + category("coast", "The Coast")
    + category("open-data", "Open Data", "post_tag")
    + old_slug("the-old-name")
    + comment(1, body="First!")
    + comment(2, parent=1, comment_author="Cleo", comment_author_email="cleo@harbour.example")
    + comment(3, parent=9, body="Too early in the file.", comment_user_id="1")
    + comment(9, body="Late.")
    + comment(4, parent=2, comment_approved="spam")
    + comment(5, parent=4, body="Below what is spam.")
    + comment(6, comment_approved="0")
    + comment(7, comment_type="pingback"),
    comment_status="closed",
    post_name="fish-and-ships",
)
PAGE = item(13, "About", "<p>Us.</p>", post_type="page", post_name="about", post_date_gmt="0000-00-00 00:00:00")
DRAFT = item(14, "Not yet", status="draft", post_name="", post_date_gmt="0000-00-00 00:00:00")
LOCKED = item(15, "Secret", post_password="key", post_name="secret", inside=comment(20))
PICTURE = item(16, "Picture", post_type="attachment", status="inherit")
ALL = (WHOLE, PAGE, DRAFT, LOCKED, PICTURE)


class Site(NamedTuple):
    platform: Platform
    path: Path
    done: Done


@pytest.fixture(scope="module")
def site(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A platform that the export was imported into."""
    folder, database = tmp_path_factory.mktemp("wordpress"), postgres.copy("log")
    path = write_export(folder / "site.xml", *ALL)
    with serving(database, folder / "platform") as platform:
        yield Site(platform, path, import_(platform, path, "--time-zone", "Europe/Vienna"))
    postgres.drop(database)


SUMMARY = (
    "4 new; 0 refused, 0 files skipped, 1 warnings, 3 authors credited, 3 categories created, 5 comments written, "
    "0 media uploaded"
)


async def test_a_wordpress_export_arrives_as_it_was(site: Site) -> None:
    platform, done = site.platform, site.done
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        SUMMARY,
    )
    drafted = {one.slug: one for one in await events_of(platform, PostDrafted)}
    whole = drafted["fish-and-ships"]
    assert (whole.title, whole.format, whole.language) == ("Fish & ships", "html", "en-GB")
    assert whole.body == "<p>It was long before.</p>\n\n<p>Then [gallery ids=1] it was.</p>"
    assert whole.tags == ("Open Data",)
    made = {one.slug: one for one in await events_of(platform, CategoryCreated)}
    assert (whole.category, made["lights"].parent) == (made["lights"].category, made["coast"].category)
    assert (made["lights"].name, made["empty"].parent) == ("Lights & lamps", None)
    published = {one.post: one.published_at for one in await events_of(platform, PostPublished)}
    assert published == {
        whole.post: datetime(2015, 3, 17, 14, tzinfo=UTC),
        drafted["about"].post: datetime(2015, 3, 17, 15, tzinfo=UTC),
    }
    assert [moved.slug for moved in await events_of(platform, SlugChanged)] == ["the-old-name", "fish-and-ships"]
    for line in (
        "1 attachments: taken along where posts show them and their bytes lie beside the export",
        "1 comments marked as spam",
        "1 comments waiting for approval",
        "1 pingbacks and trackbacks",
        "1 comments of posts that are not public",
        "1 posts with shortcodes, which stay as they are written",
    ):
        assert f"not as it was: {line}" in done.stdout
    assert "had a password: kept as a draft" in done.stderr


async def test_comments_arrive_as_the_thread_that_they_were(site: Site) -> None:
    platform = site.platform
    written = {one.body: one for one in await events_of(platform, CommentWritten)}
    credited = {one.account: one for one in await events_of(platform, AuthorCredited)}
    names = {body: credited[one.author].name for body, one in written.items()}
    assert names == {
        "First!": "Ben",
        "Well said.": "Cleo",
        "Too early in the file.": "Ana Rossi",
        "Late.": "Ben",
        "Below what is spam.": "Ben",
    }
    parents = {body: one.parent for body, one in written.items()}
    assert parents["Well said."] == written["First!"].comment
    assert parents["Too early in the file."] == written["Late."].comment
    assert parents["Below what is spam."] == written["Well said."].comment
    assert written["First!"].written_at == datetime(2015, 3, 18, 10, 1, tzinfo=UTC)
    assert {one.handle.partition("-")[0] for one in credited.values()} == {"ana", "guest"}
    (revised,) = await events_of(platform, PostRevised)
    assert (revised.changed, revised.comments_allowed) == (("comments_allowed",), False)


async def test_a_second_run_changes_nothing_and_a_changed_item_is_one_revision(site: Site) -> None:
    platform = site.platform
    before = len(await history(platform))
    again = import_(platform, site.path, "--time-zone", "Europe/Vienna")
    assert again.stdout.startswith("4 unchanged; 0 refused")
    assert len(await history(platform)) == before, again.stdout
    write_export(site.path, *(one.replace("long before", "very long before") for one in ALL))
    changed = import_(platform, site.path, "--time-zone", "Europe/Vienna")
    assert changed.stdout.startswith("1 changed, 3 unchanged; 0 refused")
    assert len(await history(platform)) == before + 1


def test_posts_that_have_comments_are_exported(site: Site, tmp_path: Path) -> None:
    done = export(site.platform, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "Fish & ships" in (tmp_path / "out" / "posts" / "2015-03-17-fish-and-ships.html").read_text()
