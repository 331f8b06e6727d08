"""Which post a comment belongs to: its doors name the comment alone."""

from uuid import UUID

from command_api.parts import Parts
from domain.comments.comment import Comment
from domain.comments.refusals import NoSuchComment


async def post_of(parts: Parts, comment: UUID) -> UUID:
    """The post, from the comment's stream.

    Raises:
        NoSuchComment: there never was one.
    """
    found: Comment | None
    found, _ = await parts.executor.load(Comment, f"comment-{comment}")
    if found is None:
        raise NoSuchComment("There is no such comment.")
    return found.post
