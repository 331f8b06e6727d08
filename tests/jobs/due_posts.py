"""Posts that are scheduled, and what became of them in the log."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from domain.command import Actor, Command, Context
from domain.posts.post import Post
from domain.posts.schedule_post import SchedulePost
from kit import clock
from tests.jobs.accounts import Accounts
from tests.jobs.waiting import until_found

_SYSTEM = Actor(is_system=True)
_TYPES = "SELECT type FROM events WHERE stream = $1 ORDER BY version"
_LATE = """
    SELECT extract(epoch FROM recorded_at - (data::json ->> 'published_at')::timestamptz)::float8 AS late_s
      FROM events WHERE type = 'PostPublished'
"""


class Desk:
    """Writes as the command side does, and reads the log."""

    def __init__(self, accounts: Accounts, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.accounts, self._connection = accounts, connection

    async def do(self, command: Command) -> None:
        await self.accounts.executor.execute(command, context=Context(_SYSTEM, clock.now()), correlation="request-7")

    async def draft(self) -> tuple[UUID, UUID]:
        """A writer, and a draft of theirs."""
        writer, _ = await self.accounts.register()
        return writer, UUID((await self.accounts.draft(writer)).removeprefix("post-"))

    async def schedule(self, *posts: UUID, in_s: float) -> datetime:
        """All for the same moment."""
        publish_at = datetime.now(UTC) + timedelta(seconds=in_s)
        for post in posts:
            await self.do(SchedulePost(post=post, publish_at=publish_at))
        return publish_at

    async def post(self, post: UUID) -> Post:
        found: Post = (await self.accounts.executor.load(Post, f"post-{post}"))[0]
        return found

    async def types(self, post: UUID) -> list[str]:
        return [row["type"] for row in await self._connection.fetch(_TYPES, f"post-{post}")]

    async def lateness_s(self) -> list[float]:
        """Of every post that was published, the earliest first."""
        return sorted(row["late_s"] for row in await self._connection.fetch(_LATE))

    async def until(self, status: str, *posts: UUID) -> None:
        async def look() -> bool:
            return {(await self.post(post)).status for post in posts} == {status}

        await until_found(look, f"posts are {status}")
