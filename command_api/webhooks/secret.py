"""The secret that a hook's messages are signed with: made here, and shown where it was made."""

import base64
from secrets import token_bytes
from typing import Any
from uuid import UUID

import orjson
from starlette.responses import Response

from command_api.asked import Asked
from domain.webhooks.signing import NEWEST

_BYTES = 32
_SHOWN = {"type": "string", "description": "signs its messages; shown this once", "pattern": "^whsec_"}


def new_secret() -> str:
    """As Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(token_bytes(_BYTES)).decode()}"


async def with_secret(at_door: Asked, answer: Response) -> Response:
    """The answer with the secret as it is kept: a repeat under the same key shows what was lost on the way."""
    content: dict[str, Any] = orjson.loads(bytes(answer.body))
    stream = f"webhook-{UUID(content['id'])}"
    secret = await at_door.parts.stored_secrets.signing(stream, NEWEST) if at_door.actor.is_admin else None
    body = orjson.dumps({**content, **({"secret": secret} if secret else {})})
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return Response(body, answer.status_code, headers)


def documented(door: dict[str, Any], status: int) -> dict[str, Any]:
    """Says of a door that its answer may hold the secret."""
    answered = door["responses"][status]["content"]["application/json"]
    schema = answered["schema"]
    answered["schema"] = {**schema, "properties": {**schema["properties"], "secret": _SHOWN}}
    return door
