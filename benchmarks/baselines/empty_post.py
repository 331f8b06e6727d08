"""Baseline: an empty POST with a validated body, answered with an id. The floor under any FastAPI write."""

from typing import Annotated
from uuid import uuid4

from fastapi import FastAPI
from pydantic import BaseModel, Field, StringConstraints


class NewPost(BaseModel):
    """The same fields as the real door's body."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    body: Annotated[str, StringConstraints(max_length=1 << 20)]
    tags: Annotated[list[str], Field(max_length=20)] = Field(default_factory=list)


class Created(BaseModel):
    id: str


app = FastAPI()


@app.post("/posts", status_code=201)
async def create(post: NewPost) -> Created:  # noqa: ARG001 - validated, then dropped: that is the baseline
    return Created(id=str(uuid4()))
