"""Baseline: the PyPI library eventsourcing on PostgreSQL, set up as its docs do: saves, and one projection."""

from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection
from psycopg.sql import SQL


class Post(Aggregate):
    @event("Drafted")
    def __init__(self, title: str, body: str, tags: list[str]) -> None:
        self.title, self.body, self.tags = title, body, tags
        self.is_published = False

    @event("Revised")
    def revise(self, body: str) -> None:
        self.body = body

    @event("Published")
    def publish(self) -> None:
        self.is_published = True


class Blog(Application[UUID]):
    """Drafts, revises and publishes posts; each save is one transaction."""

    snapshotting_intervals: ClassVar[dict[type, int]] = {}

    def draft(self, title: str, body: str, tags: list[str]) -> UUID:
        post = Post(title, body, tags)
        self.save(post)
        return UUID(str(post.id))

    def revise(self, post_id: UUID, body: str) -> None:
        post: Post = self.repository.get(post_id)
        post.revise(body)
        self.save(post)

    def publish(self, post_id: UUID) -> None:
        post: Post = self.repository.get(post_id)
        post.publish()
        self.save(post)


class PostTable(PostgresTrackingRecorder):
    """The simplest useful view: one row a post, written with the tracking record in one transaction."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS post_table (id uuid PRIMARY KEY, title text, body text, published bool)"
            ).format()
        )

    def write(self, statement: str, values: tuple[Any, ...], tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(statement, values)


class Posts(Projection[PostTable]):
    name = "posts"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        post = domain_event.originator_id
        match type(domain_event).__name__:
            case "Drafted":
                values = (post, domain_event.title, domain_event.body)
                self.view.write("INSERT INTO post_table VALUES (%s, %s, %s, false)", values, tracking)
            case "Revised":
                self.view.write("UPDATE post_table SET body = %s WHERE id = %s", (domain_event.body, post), tracking)
            case _:
                self.view.write("UPDATE post_table SET published = true WHERE id = %s", (post,), tracking)


def environment(*, database: str, host: str, port: int, user: str, password: str) -> dict[str, str]:
    """The library's documented settings for PostgreSQL, its pool wide enough for 16 writers."""
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": database,
        "POSTGRES_HOST": host,
        "POSTGRES_PORT": str(port),
        "POSTGRES_USER": user,
        "POSTGRES_PASSWORD": password,
        "POSTGRES_POOL_SIZE": "16",
        "POSTGRES_MAX_OVERFLOW": "16",
    }
