"""The command API: every door, with what surrounds them."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware
from starlette.responses import Response

from command_api import failures, head, site
from command_api.accounts import address, admin, follow, own, password, register, unsubscribe
from command_api.auth import api_token_doors, forgotten, introspection, token_door
from command_api.auth.forms import OAuthError
from command_api.batch import door as batch
from command_api.comments import change as change_comment
from command_api.comments import write as write_comment
from command_api.media import change as change_media
from command_api.media import upload as upload_media
from command_api.parts import Parts
from command_api.posts import change, draft, lifecycle, like, preview
from command_api.taxonomy import categories
from command_api.taxonomy import tags as tag_doors
from command_api.webhooks import change as change_webhook
from command_api.webhooks import deliveries as webhook_deliveries
from command_api.webhooks import lifecycle as webhook_lifecycle
from command_api.webhooks import register as register_webhook
from kit.health import Readiness
from kit.http import serving
from kit.http.documenting import complete_when_asked
from kit.http.shortcut import Shortcut, routes_of

ROUTERS: tuple[APIRouter, ...] = (
    draft.router,
    like.router,
    batch.router,
    change.router,
    lifecycle.router,
    head.router,
    preview.router,
    write_comment.router,
    change_comment.router,
    upload_media.router,
    change_media.router,
    token_door.router,
    introspection.router,
    api_token_doors.router,
    forgotten.router,
    register.router,
    own.router,
    password.router,
    address.router,
    unsubscribe.router,
    follow.router,
    admin.router,
    site.router,
    categories.router,
    tag_doors.router,
    register_webhook.router,
    change_webhook.router,
    webhook_lifecycle.router,
    webhook_deliveries.router,
)
_NONE: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""Our own measures and logs say nothing of bodies; the framework's would, and look for a provider at every request."""
POST_BYTES = 8 << 20
"""The largest legal post body, 1 MiB, has six times as many bytes when every one is escaped."""
_COMMENT_BYTES = 256 << 10
"""The same for a comment: 10,000 characters of twelve bytes each."""


def build(parts: Parts, readiness: Readiness) -> FastAPI:
    app = FastAPI(title="Palimpsest commands", version="1", docs_url="/docs", redoc_url=None, telemetry=_NONE)
    app.state.parts = parts
    app.state.batches = set()
    # Flat, and the busiest first: an included router is searched anew for every request.
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    failures.install(app)
    app.add_exception_handler(OAuthError, _answer_oauth)
    serving.surround(
        app,
        parts.settings,
        parts.registry,
        readiness,
        body_bytes={"/posts": POST_BYTES, "/comments": _COMMENT_BYTES, "/commands": None, "/media": None},
    )
    # Innermost: all that surrounds the doors surrounds this one.
    busiest = routes_of(app, [draft.draft_post, head.read_head])
    app.user_middleware.append(Middleware(Shortcut, routes=busiest, handlers=app.exception_handlers))
    complete_when_asked(app)
    return app


async def _answer_oauth(_request: Request, error: Exception) -> Response:
    if not isinstance(error, OAuthError):
        raise error
    return error.answer()
