"""What a hook can be told of: the public words of the stream of changes, and nothing that is not public."""

from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field

Kind = Literal[
    "post.published",
    "post.changed",
    "post.withdrawn",
    "comment.published",
    "comment.changed",
    "comment.withdrawn",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


def in_order(kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """Each once, in the order of `KINDS`."""
    return tuple(kind for kind in KINDS if kind in kinds)


Kinds: TypeAlias = Annotated[tuple[Kind, ...], Field(min_length=1, max_length=20), AfterValidator(in_order)]
"""What a hook wants to hear of."""
