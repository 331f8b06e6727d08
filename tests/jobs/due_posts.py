"""Posts that are scheduled, and what became of them in the log."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from domain.command import Actor, Command, Context
from domain.posts.events import PostScheduled
from domain.posts.post import Post
from domain.posts.schedule_post import SchedulePost
from engine.log.records import Recorded
from jobs.publish_due_post import publish
from kit import clock
from tests.jobs.accounts import Accounts
from tests.jobs.waiting import until_found

_SYSTEM = Actor(is_system=True)
_TYPES = "SELECT type FROM events WHERE stream = $1 ORDER BY version"
_SCHEDULED = """
    SELECT id, partition, sequence, partition_key AS key, stream, version, recorded_at, metadata, data, position
      FROM events WHERE stream = $1 AND type = 'PostScheduled' ORDER BY version DESC LIMIT 1
"""
_LATE = """
    SELECT extract(epoch FROM recorded_at - (data::json ->> 'published_at')::timestamptz)::float8 AS late_s
      FROM events WHERE type = 'PostPublished'
"""


class Desk:
    """Writes as the command side does, and reads the log."""

    def __init__(self, accounts: Accounts, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.accounts, self.connection = accounts, connection

    async def do(self, command: Command, *, at: datetime | None = None) -> None:
        context = Context(_SYSTEM, at or clock.now())
        await self.accounts.executor.execute(command, context=context, correlation="request-7")

    async def draft(self) -> tuple[UUID, UUID]:
        """A writer, and a draft of theirs."""
        writer, _ = await self.accounts.register()
        return writer, UUID((await self.accounts.draft(writer)).removeprefix("post-"))

    async def schedule(self, *posts: UUID, in_s: float) -> datetime:
        """All for the same moment, asked for a second before it: it may have passed."""
        publish_at = datetime.now(UTC) + timedelta(seconds=in_s)
        for post in posts:
            await self.do(SchedulePost(post=post, publish_at=publish_at), at=publish_at - timedelta(seconds=1))
        return publish_at

    async def post(self, post: UUID) -> Post:
        found: Post = (await self.accounts.executor.load(Post, f"post-{post}"))[0]
        return found

    async def publish(self, post: UUID) -> None:
        """Carries out the newest schedule, in this process."""
        await publish(await self.newest_schedule(post), self.accounts.executor)

    async def newest_schedule(self, post: UUID) -> Recorded:
        row = await self.connection.fetchrow(_SCHEDULED, f"post-{post}")
        assert row is not None
        kept = {name: row[name] for name in Recorded._fields[1:]}
        return Recorded(PostScheduled.model_validate_json(row["data"]), **kept)

    async def types(self, post: UUID) -> list[str]:
        return [row["type"] for row in await self.connection.fetch(_TYPES, f"post-{post}")]

    async def lateness_s(self) -> list[float]:
        """Of every post that was published, the earliest first."""
        return sorted(row["late_s"] for row in await self.connection.fetch(_LATE))

    async def until(self, status: str, *posts: UUID) -> None:
        async def look() -> bool:
            return {(await self.post(post)).status for post in posts} == {status}

        await until_found(look, f"posts are {status}")
