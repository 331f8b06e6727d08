"""`export`: writes all posts as Markdown with front matter, drafts too, in the form that `import` reads."""

import argparse
import asyncio
import sys
from pathlib import Path
from uuid import UUID

from engine.log.records import LogUnavailable
from kit.blobs.blobs import Blobs, BlobsUnavailable
from kit.database import open_pool
from kit.settings import Settings
from ops.exporting.folder import NotEmpty, Target, open_target
from ops.exporting.markdown import author_list, category_list, file_name, file_text
from ops.exporting.media import write_media
from ops.exporting.posts import LoggedPosts
from ops.local_stack import NoStack, home, local_stack
from ops.progress import Progress

_DESCRIPTION = """\
Writes every post that is not deleted or erased: posts/2015-03-17-the-slug.md, drafts without a date, the names of
authors in _data/authors.yml, of categories in _data/categories.yml, and the media that posts show in media/. Comments,
likes and other media are not in it: see `events export`. Reads the log itself, so it is for the operator of the stack
in PALIMPSEST_HOME, or whoever has PALIMPSEST_LOG_URL. Importing the folder into an empty system gives the same posts.

exit codes: 0 done; 1 the log was lost, or the disk is full; 2 nothing was done
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "export",
        help="write all posts as Markdown with front matter",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", type=Path, help="a new or empty folder, or a new .zip")
    parser.add_argument("--published", action="store_true", help="leave drafts and archived posts out")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    try:
        url = Settings().log_url or local_stack().log_url
        blobs = Blobs(_media_place())
        target = open_target(options.path)
    except (NoStack, NotEmpty, OSError) as problem:
        print(f"export: {problem}", file=sys.stderr)
        return 2
    try:
        count, media = asyncio.run(_export(url, target, blobs, only_published=options.published))
    except (LogUnavailable, BlobsUnavailable, OSError) as problem:
        print(f"export: {problem}; what was written is not all", file=sys.stderr)
        return 1
    print(f"{count} posts and {media} media in {options.path}")
    return 0


def _media_place() -> str:
    settings = Settings()
    return settings.media_url or (home().resolve() / "media").as_uri()


async def _export(url: str, target: Target, blobs: Blobs, *, only_published: bool) -> tuple[int, int]:
    """How many posts and media."""
    pool = await open_pool(url, size=2, application_name="palimpsest export")
    progress, count = Progress("posts"), 0
    shown: dict[UUID, None] = {}
    try:
        posts = LoggedPosts.of(pool)
        categories = await posts.categories()
        async for post in posts.all():
            if only_published and post.status != "published":
                continue
            handles = [posts.authors[author].handle for author in post.authors]
            target.write(
                f"posts/{file_name(post)}",
                file_text(post, handles, categories.get(post.category) if post.category else None),
            )
            shown |= dict.fromkeys((*post.media, *((post.cover,) if post.cover else ())))
            count += 1
            progress.add()
        media = await write_media(shown, posts, blobs, target)
        if categories:
            target.write("_data/categories.yml", category_list(categories))
        target.write("_data/authors.yml", author_list({one.handle: one for one in posts.authors.values()}))
    finally:
        target.close()
        await pool.close()
    progress.finish()
    return count, media
