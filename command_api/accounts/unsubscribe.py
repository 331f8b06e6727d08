"""POST /unsubscribe: the link in a mail's foot, and its one-click header (RFC 8058), stop notices of that kind."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from command_api.accounts.address import link_not_valid
from command_api.asked import Asked, asked, build
from command_api.auth.throttle import network_of
from command_api.documented import door
from domain.accounts.stop_notifications import StopNotifications
from domain.command import Actor, Context
from kit import clock
from kit.http.unsubscribe_tokens import named_in

router = APIRouter(tags=["accounts"])

_DESCRIPTION = """\
For mail programs, and for the page of your site that the link in a mail's foot opens: that page must ask, as programs
that look for viruses open every link. Whoever has the link needs no sign-in, may use it more than once, and can do
nothing else with it. The body is not looked at; mail programs send `List-Unsubscribe=One-Click` as a form.
"""


@router.post(
    "/unsubscribe",
    summary="Stop one kind of notice by the link in its mail",
    description=_DESCRIPTION,
    **door(
        StopNotifications,
        omit=["account", "notice"],
        is_open=True,
        problems={403: ["LinkNotValid"], 429: ["TooManyAttempts"]},
    ),
)
async def unsubscribe(request: Request, token: Annotated[str, Query(max_length=200)]) -> Response:
    at_door = await asked(request, is_open=True)
    command = await _named(at_door, token)
    context = Context(Actor(command.account), clock.now())
    return await at_door.carry_out(command, about=command.account, context=context)


async def _named(at_door: Asked, token: str) -> StopNotifications:
    """Only what is not a link counts as trying: a mail service asks for many of its people from one network."""
    parts = at_door.parts
    named = named_in(parts.secret, token)
    if named is None:
        await parts.throttle.count(parts.limits.link_client, network_of(at_door.request.scope["client"]))
        raise link_not_valid()
    account, notice = named
    return build(StopNotifications, {}, account=account, notice=notice)
