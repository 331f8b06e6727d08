"""The RealWorld contract under /api, served from Palimpsest's doors: `python -m examples.realworld`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic_settings import BaseSettings, SettingsConfigDict

from examples.realworld import answers, articles, people
from examples.realworld.doors import Doors

_PATIENCE = aiohttp.ClientTimeout(total=40, connect=2)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PALIMPSEST_", extra="ignore")

    command_url: str = "http://localhost:8001"
    query_url: str = "http://localhost:8002"
    http_host: str = "127.0.0.1"
    http_port: int = 8004
    cors_origins: list[str] = []  # of front ends, such as http://localhost:4100
    trusted_proxies: list[str] = []  # whose X-Forwarded-For is believed; the platform must believe ours


def build(settings: Settings) -> FastAPI:
    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        async with (
            aiohttp.ClientSession(settings.command_url, timeout=_PATIENCE) as commands,
            aiohttp.ClientSession(settings.query_url, timeout=_PATIENCE) as queries,
        ):
            app.state.doors = Doors(commands, queries)
            yield

    app = FastAPI(title="RealWorld on Palimpsest", lifespan=opened, redirect_slashes=False)
    for router in (articles.router, people.router):
        app.include_router(router, prefix="/api")
    answers.install(app)
    app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"], allow_headers=["*"])
    return app


if __name__ == "__main__":
    found = Settings()
    where: dict[str, Any] = {"host": found.http_host, "port": found.http_port, "log_level": "warning"}
    uvicorn.run(build(found), forwarded_allow_ips=found.trusted_proxies, **where)
