"""The query API: every door, with what surrounds them."""

from fastapi import APIRouter, FastAPI

from kit.health import Readiness
from kit.http import serving
from kit.http.documenting import complete_when_asked
from query_api import (
    account_list,
    accounts,
    authors,
    categories,
    changes,
    comments,
    feed,
    feeds,
    flagged_comments,
    media,
    media_bytes,
    notices,
    own_media,
    post_history,
    post_lists,
    post_pages,
    search,
    shortcut,
    site,
    sitemap,
    stats,
    tags,
    webhook_deliveries,
    webhooks,
)
from query_api.parts import Parts

DOORS = (
    post_pages,
    post_lists,
    feed,
    post_history,
    comments,
    search,
    tags,
    authors,
    accounts,
    categories,
    site,
    flagged_comments,
    feeds,
    sitemap,
    account_list,
    stats,
    changes,
    media,
    media_bytes,
    own_media,
    notices,
    webhooks,
    webhook_deliveries,
)
"""A module a door: its `router`, and the `MODELS` that it reads."""
ROUTERS: tuple[APIRouter, ...] = tuple(door.router for door in DOORS)
MODELS = frozenset[str]().union(*(door.MODELS for door in DOORS))
_BODY_BYTES = 4096


def build(parts: Parts, readiness: Readiness) -> FastAPI:
    app = FastAPI(
        title="Palimpsest queries",
        version="1",
        docs_url="/docs",
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # asked about at every request
    )
    app.state.parts = parts
    # Flat, and the busiest first: an included router is searched anew for every request.
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    serving.surround(app, parts.settings, parts.registry, readiness, default_body_bytes=_BODY_BYTES)
    shortcut.install(app, [post_pages.read_post, post_lists.list_posts])
    complete_when_asked(app)
    return app
