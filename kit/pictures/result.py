"""Reads what the confined process hands back: a line of JSON, and behind it the bytes of each variant, in order."""

from typing import IO, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kit.media.kinds import LOOKED_AT, kind_of
from kit.pictures.forms import LONGEST_PLACEHOLDER, TYPES

_LONGEST_HEAD = 16 << 10
_PATTERN = rf"^[a-z]+\.({'|'.join(TYPES)})$"


class NoResult(Exception):  # noqa: N818 - named for the fact
    """What was handed back is not as it should be: the process was taken over, or is not of this version."""


class Made(BaseModel):
    """One variant. Its place in the file follows from the lengths of those before it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=_PATTERN, max_length=20)]
    size_bytes: Annotated[int, Field(gt=0)]
    width: Annotated[int, Field(gt=0, le=1600)]
    height: Annotated[int, Field(gt=0, le=1600)]

    @property
    def media_type(self) -> str:
        return TYPES[self.name.rpartition(".")[2]]


class Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    width: Annotated[int, Field(gt=0)]
    """Of the picture, upright."""
    height: Annotated[int, Field(gt=0)]
    placeholder: Annotated[str, Field(pattern=r"^data:image/webp;base64,[A-Za-z0-9+/=]+$")] | None
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
    variants: Annotated[tuple[Made, ...], Field(min_length=1, max_length=12)]


def read(file: IO[bytes]) -> tuple[Result, list[bytes]]:
    """Believes nothing that it does not see.

    Raises:
        NoResult.
    """
    file.seek(0)
    head = file.readline(_LONGEST_HEAD)
    try:
        result = Result.model_validate_json(head)
    except ValidationError:
        raise NoResult("its head is torn") from None
    contents = [file.read(made.size_bytes) for made in result.variants]
    for made, content in zip(result.variants, contents, strict=True):
        kind = kind_of(content[:LOOKED_AT])
        if len(content) != made.size_bytes or kind is None or kind.media_type != made.media_type:
            raise NoResult(f"{made.name} is something else")
    if len(result.placeholder or "") > LONGEST_PLACEHOLDER or file.read(1):
        raise NoResult("it is longer than it may be")
    return result, contents
