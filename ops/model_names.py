"""Finds a read model by the name that an operator typed."""

import difflib

from engine.projection.contract import ReadModel
from read_models.registry import MODELS


class NoSuchModel(Exception):  # noqa: N818 - named for the fact
    """Says which name was perhaps meant."""


def model_named(name: str) -> ReadModel:
    """The read model of this very name.

    Raises:
        NoSuchModel: there is none; nothing is guessed, as a replay of the wrong one is dear.
    """
    known = {model.name: model for model in MODELS}
    if name in known:
        return known[name]
    raise NoSuchModel(f"there is no read model {ascii(name)[1:-1]}: {_suggestion(name, list(known))}")


def _suggestion(name: str, known: list[str]) -> str:
    beginning = [each for each in known if name.rstrip("s") and each.startswith(name.rstrip("s"))]
    if len(beginning) > 1:
        return f"{', '.join(beginning)} begin so"
    near = beginning or difflib.get_close_matches(name, known, 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
