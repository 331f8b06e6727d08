"""The RealWorld contract under /api, served from Palimpsest's doors: `python -m examples.realworld`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic_settings import BaseSettings, SettingsConfigDict

from examples.realworld import answers, articles, people
from examples.realworld.doors import Doors, session

_APP: dict[str, Any] = {"redirect_slashes": False, "max_body_size": 2 << 20}
_APP["telemetry"] = {"tracing": False, "metrics": False, "logs": False}  # else asked about at every request


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
        async with session(settings.command_url) as commands, session(settings.query_url) as queries:
            app.state.doors = Doors(commands, queries)
            yield

    app = FastAPI(title="RealWorld on Palimpsest", lifespan=opened, **_APP)
    app.router.routes.extend([*articles.router.routes, *people.router.routes])  # flat: the busiest are found first
    answers.install(app)
    app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, allow_methods=["*"], allow_headers=["*"])
    return app


if __name__ == "__main__":
    found = Settings()
    where: dict[str, Any] = {"host": found.http_host, "port": found.http_port, "log_level": "warning"}
    uvicorn.run(build(found), forwarded_allow_ips=found.trusted_proxies, access_log=False, **where)
