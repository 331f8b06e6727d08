"""Why a follow is not accepted."""

from typing import ClassVar

from domain.refusal import Refusal


class OwnAccount(Refusal):
    """Nobody follows themselves."""

    status: ClassVar[int] = 422


class TooManyFollows(Refusal):
    pass
