"""The refusal of a source as a whole."""


class Unreadable(Exception):  # noqa: N818 - named for the fact
    """The source, or what is left of it, is not what it should be."""
