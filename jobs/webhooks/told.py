"""What an event of the log means to everybody: the same words as those of the stream of changes."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

_OF_POSTS = ("PostPublished", "PostRevised", "SlugChanged", "PostRetagged")
_WITHDRAWING = ("PostUnpublished", "PostArchived", "PostDeleted")
_SHOWING = ("CommentWritten", "CommentApproved")
_OF_COMMENTS = (*_SHOWING, "CommentEdited", "CommentFlagged", "CommentRejected", "CommentDeleted")
_TEST = "WebhookTestRequested"
OF_HISTORY = (*_OF_POSTS, *_WITHDRAWING, *_OF_COMMENTS)
"""The types of events that may mean something to everybody."""
TYPES = (*OF_HISTORY, _TEST)
"""And what one hook alone is told, once."""
TEST = "webhook.test"
"""What a hook is told when somebody tries it."""

# A post is public from the last event that shows it to the next that withdraws it; so is a comment, which is told
# of only while its post is public as well. The events of one thing are looked up by its stream, from the newest back.
_WAS_SHOWN = f"""
    (SELECT before.type IN {_SHOWING}
       FROM events AS before
      WHERE before.stream = e.stream AND before.version < e.version
        AND (before.type IN {(*_SHOWING, "CommentRejected", "CommentDeleted")}
             OR before.type = 'CommentFlagged' AND (before.data::json ->> 'is_hidden')::boolean)
      ORDER BY before.version DESC LIMIT 1)
"""  # noqa: S608 - made of constants
_POST_IS_PUBLIC = f"""
    (SELECT before.type = 'PostPublished'
       FROM events AS before
      WHERE before.stream = 'post-' || e.partition_key AND before.position < e.position
        AND before.type IN {("PostPublished", *_WITHDRAWING)}
      ORDER BY before.version DESC LIMIT 1)
"""  # noqa: S608 - made of constants
JUDGED = f"""
    e.id, e.position, e.partition, e.sequence, e.partition_key, e.stream, e.type, e.recorded_at,
    e.type IN {OF_HISTORY} AND coalesce({_POST_IS_PUBLIC}, false) AS post_is_public,
    e.type IN {_OF_COMMENTS} AND coalesce({_WAS_SHOWN}, false) AS was_shown,
    e.type = 'CommentFlagged' AND (e.data::json ->> 'is_hidden')::boolean AS hides,
    (SELECT epoch FROM log_state) AS epoch
"""  # noqa: S608 - made of constants
"""Columns of `Happened`, of events `e`."""


class Happened(NamedTuple):
    """An event, and what was public just before it."""

    id: UUID
    position: int
    partition: int
    sequence: int
    key: str
    stream: str
    type: str
    recorded_at: datetime
    post_is_public: bool
    was_shown: bool
    """The comment."""
    hides: bool
    epoch: int
    """Of the log."""

    @property
    def kind(self) -> str | None:
        """None: it is nobody's business."""
        if self.type == _TEST:
            return TEST
        what = self._of_comment() if self.type in _OF_COMMENTS else self._of_post()
        return what and f"{'comment' if self.type in _OF_COMMENTS else 'post'}.{what}"

    def _of_post(self) -> str | None:
        if not self.post_is_public:
            return "published" if self.type == "PostPublished" else None
        return "withdrawn" if self.type in _WITHDRAWING else "changed"

    def _of_comment(self) -> str | None:
        if not self.post_is_public:
            return None
        if not self.was_shown:
            return "published" if self.type in _SHOWING else None
        if self.type == "CommentApproved" or (self.type == "CommentFlagged" and not self.hides):
            return None  # nobody sees a difference
        return "changed" if self.type == "CommentEdited" else "withdrawn"
