"""What people say of themselves."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from domain.text import SINGLE_LINE, STORABLE, STRIPPED

PersonName: TypeAlias = Annotated[str, STRIPPED, Field(min_length=1, max_length=100), SINGLE_LINE]
Biography: TypeAlias = Annotated[str, Field(max_length=2000), STORABLE]
Picture: TypeAlias = Annotated[
    str, STRIPPED, Field(min_length=1, max_length=2000, pattern=r"^https?://[^\s<>\"'\\]+$"), SINGLE_LINE
]
"""The address of a picture that lies elsewhere, or of a medium here."""

Notice: TypeAlias = Literal["comment", "reply", "follower", "moderation", "digest", "report"]
"""Kinds of notice that come by mail to who has chosen them. What concerns the account's safety always comes.

`moderation` says what became of one's comments, and to editors which ones were hidden by flags; `digest` comes once a
week, `report` once a day and to editors alone.
"""
