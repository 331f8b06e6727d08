"""The root of every refusal. The class name is the public error code; the message says what would be accepted."""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is a fact of the domain, not a fault of the program
    """A command was understood and not accepted.

    Args:
        detail: one sentence for the person who asked.
        field: JSON pointer into the command's data, such as `/slug`, when one field is at fault.
    """

    status: ClassVar[int] = 409
    """The HTTP status that says it best: 403 for a right, 404 for an absence, 409 for a state, 422 for a value."""

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field

    @property
    def code(self) -> str:
        return type(self).__name__
