"""What people say of themselves."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from domain.text import SINGLE_LINE, STORABLE, STRIPPED

PersonName: TypeAlias = Annotated[str, STRIPPED, Field(min_length=1, max_length=100), SINGLE_LINE]
Biography: TypeAlias = Annotated[str, Field(max_length=2000), STORABLE]

Notice: TypeAlias = Literal["comment", "reply", "follower", "digest"]
"""Kinds of notice that may come by mail. What concerns the account's safety always comes."""
