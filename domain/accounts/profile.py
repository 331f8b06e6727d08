"""What people say of themselves."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from domain.text import Line, Text

PersonName: TypeAlias = Annotated[Line, Field(min_length=1, max_length=100)]
Biography: TypeAlias = Annotated[Text, Field(max_length=2000)]

Notice: TypeAlias = Literal["comment", "reply", "follower", "digest"]
"""Kinds of notice that may come by mail. What concerns the account's safety always comes."""
