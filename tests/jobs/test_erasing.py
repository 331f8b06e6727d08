from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from domain.comments.comment import Comment
from domain.follows.follow import Follow
from domain.likes.like import Like
from domain.media.media import Media
from domain.posts.post import Post
from engine.log.reader import LogReader
from kit.blobs.blobs import Blobs
from kit.database import open_pool
from tests.jobs.accounts import Accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.stored_media import stored
from tests.servers import Database


@pytest.mark.usefixtures("projectors")
async def test_a_closed_account_likes_and_follows_no_more_and_what_it_wrote_is_deleted_when_it_asked_for_that(
    accounts: Accounts, start_jobs: StartJobs, ledger_view: LedgerView, log_database: Database, tmp_path: Path
) -> None:
    leaver, _ = await accounts.register()
    stayer, _ = await accounts.register()
    posts = [await accounts.draft(leaver) for _ in range(5)]
    other = await accounts.draft(stayer)
    discussed = await accounts.publish(stayer)
    comment, another = await accounts.comment(leaver, discussed), await accounts.comment(stayer, discussed)
    likes = [await accounts.like(leaver, discussed), await accounts.like(stayer, discussed)]
    third, _ = await accounts.register()
    follows = [await accounts.follow(leaver, third), await accounts.follow(third, leaver)]
    blobs = Blobs((tmp_path / "media").as_uri())
    media = [await accounts.upload(who, await stored(blobs, text)) for who, text in ((leaver, b"a"), (stayer, b"b"))]
    start_jobs()
    await ledger_view.until_state("done", 3)  # the welcome mails: the newer jobs do what comes from now on
    await accounts.close(leaver, erase_content=True)
    await accounts.close(stayer)
    await ledger_view.until_state("done", 12)  # four more for each account, and the bytes of a medium
    for post in posts:
        state, _ = await accounts.executor.load(Post, post)
        assert state.status == "deleted"
    kept, _ = await accounts.executor.load(Post, other)
    assert kept.status == "draft"
    found = [(await accounts.executor.load(Comment, stream))[0].status for stream in (comment, another)]
    assert found == ["deleted", "shown"]
    assert [(await accounts.executor.load(Like, stream))[0].is_liked for stream in likes] == [False, False]
    assert [(await accounts.executor.load(Follow, stream))[0].place for stream in follows] == [None, None]
    assert [(await accounts.executor.load(Media, f"media-{each}"))[0].status for each in media] == [
        "deleted",
        "uploaded",
    ]
    assert [kept.sha256 async for kept in blobs.all()] == [sha256(b"b").hexdigest()]
    async with await open_pool(log_database.url("jobs"), size=1, application_name="test") as pool:
        deleted = (await LogReader(pool).stream(posts[0]))[-1]
    closing = [row["event_id"] for row in await ledger_view.rows() if row["job"] == "erase_content"]
    metadata = orjson.loads(deleted.metadata)
    assert (metadata["actor"], metadata["correlation"]) == ("system", "r")
    assert metadata["causation"] in map(str, closing)
