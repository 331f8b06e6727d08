"""What the doors work with, made once at start."""

from dataclasses import dataclass, field

import asyncpg
from prometheus_client import CollectorRegistry
from starlette.requests import Request

from command_api.auth.api_tokens import ApiTokens
from command_api.auth.passwords import Passwords
from command_api.auth.sessions import Sessions
from command_api.auth.signing_keys import SigningKeys
from command_api.auth.standing import Standing
from command_api.auth.stored_secrets import StoredSecrets
from command_api.auth.throttle import Limits, Throttle
from command_api.media.uploads import Uploads
from command_api.newest import Newest
from engine.commands.executor import CommandExecutor
from engine.log.names import Names
from kit.http.bearer import TokenVerifier
from kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    secret: bytes
    registry: CollectorRegistry
    pool: "asyncpg.Pool[asyncpg.Record]"
    executor: CommandExecutor
    newest: Newest
    names: Names
    keys: SigningKeys
    sessions: Sessions
    api_tokens: ApiTokens
    stored_secrets: StoredSecrets
    passwords: Passwords
    throttle: Throttle
    verifier: TokenVerifier
    standing: Standing
    uploads: Uploads
    limits: Limits = field(default_factory=Limits)


def parts_of(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found
