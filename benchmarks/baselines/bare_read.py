"""Baseline: FastAPI + asyncpg, one row by its key, answered as JSON. The floor under any database read."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson
from fastapi import FastAPI, HTTPException, Response

SELECT = "SELECT slug, title, body, created_at FROM bare_posts WHERE slug = $1"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BASELINE_URL"], min_size=8, max_size=8) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/posts/{slug}")
async def read(slug: str) -> Response:
    row = await app.state.pool.fetchrow(SELECT, slug)
    if row is None:
        raise HTTPException(404)
    return Response(orjson.dumps(dict(row)), media_type="application/json")
