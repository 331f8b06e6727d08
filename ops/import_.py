"""`import`: brings in what other systems wrote, through the command doors, as any client would."""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.log.records import LogUnavailable
from ops.acting import Action, recorded
from ops.databases import operator_log_url
from ops.importing.article import Manner
from ops.importing.attachments import Attachments, attachments_of
from ops.importing.author_list import names_of
from ops.importing.categories import Categories
from ops.importing.category import Path as CategoryPath
from ops.importing.category_list import categories_of
from ops.importing.comments import Comments
from ops.importing.credits import Credits
from ops.importing.door import CommandDoor, DoorClosed, open_client
from ops.importing.elsewhere import tell_elsewhere
from ops.importing.gathered import Gathered
from ops.importing.importer import Importer
from ops.importing.media import Media
from ops.importing.media_list import media_of
from ops.importing.remarks import Remarks
from ops.importing.sign_in import Bearer, NotSignedIn, Operator, bearer
from ops.importing.sources import open_source
from ops.importing.unreadable import Unreadable
from ops.importing.windows import Reader
from ops.local_stack import LocalStack, NoStack, local_stack
from ops.progress import Progress

_SIDE_BY_SIDE = 4
"""Windows under way: while some are stored, the next are read and sent."""

_DESCRIPTION = """\
Imports Markdown with front matter, WordPress exports (WXR) and Ghost exports (JSON), from a folder, a tar, tar.gz or
zip, or one file. Titles, dates, authors, tags, categories, slugs and languages are kept, and WordPress's comments.
Pictures and films that lie beside the posts are uploaded, and the posts link to them here; nothing is fetched: what is
elsewhere stays linked to and is listed. What is adapted is said as a warning, what there is no place for at the end.
A second run changes nothing, and what changed there becomes one revision.

Without --as and without PALIMPSEST_TOKEN, the operator of the stack in PALIMPSEST_HOME imports.

exit codes: 0 done, perhaps with warnings; 1 something was refused; 2 nothing was done
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "import",
        help="bring in Markdown, WordPress or Ghost",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", type=Path)
    parser.add_argument(
        "--as", dest="handle", help="sign in as this account; its password: PALIMPSEST_PASSWORD or asked"
    )
    parser.add_argument("--url", default=os.environ.get("PALIMPSEST_COMMAND_URL", ""), help="the command API")
    parser.add_argument(
        "--query-url",
        default=os.environ.get("PALIMPSEST_QUERY_URL", ""),
        help="the query API: finds authors who have accounts of their own",
    )
    parser.add_argument("--time-zone", type=_zone, default=UTC, help="of dates that name none (UTC)")
    parser.add_argument("--language", default="en", help="of posts that name none (en)")
    parser.add_argument("--source", default="", help="a name for this site, when several have files of the same names")
    parser.add_argument("--internal-tags", action="store_true", help="take Ghost's internal tags along, for all to see")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    stack = _stack()
    url = options.url or (stack.command_url if stack else "")
    if not url:
        print(
            "import: no stack runs here: start one by `palimpsest up`, or name a command API by --url", file=sys.stderr
        )
        return 2
    try:
        ours = stack if stack and url == stack.command_url else None
        query_url = options.query_url or (ours.query_url if ours else "")
        return asyncio.run(_import(options, url, query_url, bearer(options.handle, ours)))
    except (NotSignedIn, Unreadable) as problem:
        print(f"import: {problem}", file=sys.stderr)
        return 2
    except (DoorClosed, LogUnavailable) as closed:
        print(f"import: {closed}; run it again, it goes on where it stopped", file=sys.stderr)
        return 1


async def _import(options: argparse.Namespace, url: str, query_url: str, who: Bearer) -> int:
    remarks, progress = Remarks(), Progress("posts")
    async with AsyncExitStack() as open_ones:
        action = Action()
        if isinstance(who, Operator):
            acting = recorded(operator_log_url(), "import", options.path.name, why=None, details={})
            action = await open_ones.enter_async_context(acting)
        client = await open_ones.enter_async_context(open_client(url))
        door = CommandDoor(client, who)
        directory = await open_ones.enter_async_context(open_client(query_url)) if query_url else None
        categories = categories_of(options.path)
        attachments = open_ones.enter_context(attachments_of(options.path))
        gathered = Gathered(remarks, names_of(options.path), dict(categories))
        reader = Reader(_manner(options, categories, attachments), gathered)
        media = Media(door, client, who, remarks, attachments, media_of(options.path), gathered.hosts, options.source)
        authors = Credits(door, remarks, directory, gathered.names)
        comments = Comments(door, authors, gathered.left_out)
        importer = Importer(door, authors, Categories(door, remarks, directory), comments, media, remarks, progress)
        await _run_windows(importer, reader, options.path)
        await importer.categories.add(gathered.categories.values())
        progress.finish()
        is_readable = directory is not None and await door.seen.until_readable(directory)
        action.details |= {**importer.outcomes, **remarks.counts}
    _summarise(importer, reader, gathered)
    if directory is not None and not is_readable:
        print("all of it is stored; the query side does not show all of it yet")
    return 1 if remarks.counts["refused"] else 0


def _manner(options: argparse.Namespace, categories: Mapping[str, CategoryPath], attachments: Attachments) -> Manner:
    return Manner(
        options.time_zone,
        options.language,
        options.source,
        categories,
        attachments,
        with_internal_tags=options.internal_tags,
    )


async def _run_windows(importer: Importer, reader: Reader, path: Path) -> None:
    room = asyncio.Semaphore(_SIDE_BY_SIDE)
    try:
        async with asyncio.TaskGroup() as windows:
            for window in reader.windows(open_source(path)):
                await room.acquire()
                windows.create_task(importer.take(window)).add_done_callback(lambda _: room.release())
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


def _summarise(importer: Importer, reader: Reader, gathered: Gathered) -> None:
    outcomes, counts = importer.outcomes, gathered.remarks.counts
    posts = ", ".join(
        f"{outcomes[kind]} {kind}" for kind in ("new", "changed", "unchanged", "left alone") if outcomes[kind]
    )
    print(
        f"{posts or 'no posts'}; {counts['refused']} refused, {counts['skipped']} files skipped, "
        f"{counts['warning']} warnings, {importer.credits.credited} authors credited, "
        f"{importer.categories.created} categories created, {importer.comments.written} comments written, "
        f"{importer.media.uploaded} media uploaded"
    )
    tell_elsewhere(importer.media.elsewhere)
    for what, count in sorted(gathered.left_out.items()):
        if count:
            print(f"not as it was: {count:,} {what}")
    if reader.ignored:
        fields = ", ".join(f"{name} ({count})" for name, count in reader.ignored.most_common(20))
        print(f"fields that posts have no place for: {fields}")


def _stack() -> LocalStack | None:
    try:
        return local_stack()
    except NoStack:
        return None


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise argparse.ArgumentTypeError(f"{name} is no IANA time zone such as Europe/Vienna") from None
