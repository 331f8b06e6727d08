"""Schedules that tests begin from."""

from datetime import timedelta

from domain.posts.events import PostScheduled
from tests.domain.scenario import NOW, POST

SCHEDULED = PostScheduled(post=POST, publish_at=NOW + timedelta(days=1))
