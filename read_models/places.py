"""Where comments stand in their threads, for doors that read them."""

from domain.comments.place import LEVEL, comment_at, levels

__all__ = ["LEVEL", "comment_at", "levels"]
