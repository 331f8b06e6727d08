"""Which generations of a read model there are to look at."""

from typing import NamedTuple

from engine.projection.contract import ReadModel
from kit.database import connect

_GENERATIONS = "SELECT number, version, state FROM projection.generations WHERE model = $1 ORDER BY number"
FOLLOWED = ("following", "serving", "retired")


class NothingToCompare(Exception):  # noqa: N818 - named for the fact
    """There is no generation that this code could fold, or not the one that was asked for."""


class Generation(NamedTuple):
    number: int
    version: int
    state: str


async def followed(read_url: str, model: ReadModel) -> list[Generation]:
    """Those of this code's version that are kept up to date.

    Raises:
        NothingToCompare: there is none.
    """
    found = await _all(read_url, model)
    mine = [each for each in found if each.version == model.version and each.state in FOLLOWED]
    if not mine:
        raise NothingToCompare(_why(model, found))
    return mine


async def serving(read_url: str, model: ReadModel) -> Generation:
    """Raises NothingToCompare when what is served is not of this code's version, or nothing is."""
    found = await _all(read_url, model)
    for each in found:
        if each.state == "serving" and each.version == model.version:
            return each
    raise NothingToCompare(_why(model, found))


async def shown(read_url: str, model: ReadModel) -> Generation:
    """What readers see, whatever its version. Raises NothingToCompare when nothing is."""
    for each in await _all(read_url, model):
        if each.state == "serving":
            return each
    raise NothingToCompare(_why(model, []))


async def numbered(read_url: str, model: ReadModel, number: int) -> Generation:
    """Raises NothingToCompare when there is no such generation, or none that can be compared."""
    found = {each.number: each for each in await _all(read_url, model)}
    if number not in found:
        there = ", ".join(str(each) for each in found) or "none"
        raise NothingToCompare(f"{model.name} has no generation {number}; there are: {there}")
    if found[number].state not in FOLLOWED:
        raise NothingToCompare(f"generation {number} of {model.name} is {found[number].state}: it does not follow")
    return found[number]


async def _all(read_url: str, model: ReadModel) -> list[Generation]:
    connection = await connect(read_url, application_name="palimpsest verify")
    try:
        return [Generation(*row) for row in await connection.fetch(_GENERATIONS, model.name)]
    finally:
        await connection.close()


def _why(model: ReadModel, found: list[Generation]) -> str:
    for each in found:
        if each.state == "serving":
            return (
                f"{model.name} is served in version {each.version} and this code is version {model.version}: "
                f"`palimpsest replay {model.name}` builds it anew"
            )
    return f"{model.name} is not built yet"
