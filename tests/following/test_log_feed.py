import pytest

from engine.following.contract import Feed
from engine.following.log_feed import LogFeed
from engine.log.reader import LogReader
from tests.following.feed_contract import FeedContract


class TestLogFeed(FeedContract):
    @pytest.fixture
    def feed(self, reader: LogReader) -> Feed:
        return LogFeed(reader)
