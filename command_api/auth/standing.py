"""Whether the account behind a token may still act: asked anew every 20 seconds, so that a stop works everywhere."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic
from uuid import UUID

from command_api.auth.api_tokens import ApiTokens
from command_api.auth.sessions import Sessions
from domain.accounts.account import Account
from domain.command import Actor
from kit.http.bearer import Principal, invalid_token

API_TOKEN = "api:"  # noqa: S105 - marks a token's id, says nothing secret


class Standing:
    """Turns a verified token into an actor with the roles that the account has now.

    Args:
        sessions: sign-in sessions, by which an access token lives.
        api_tokens: the same for API tokens.
        load: an account as the log has it.
        believed_s: how long an answer is believed.
        remembered: how many answers are kept.
    """

    def __init__(
        self,
        sessions: Sessions,
        api_tokens: ApiTokens,
        load: Callable[[UUID], Awaitable[Account | None]],
        *,
        believed_s: float = 20,
        remembered: int = 10_000,
    ) -> None:
        self._sessions, self._api_tokens, self._load = sessions, api_tokens, load
        self._believed_s, self._remembered = believed_s, remembered
        self._known: OrderedDict[str, tuple[Actor, float]] = OrderedDict()

    async def actor(self, principal: Principal) -> Actor:
        """Who acts.

        Raises:
            Problem: 401, when the session has ended, or the account is suspended or closed.
        """
        known = self._known.get(principal.token_id)
        if known is not None and known[1] > monotonic() and known[0].account == principal.account:
            return known[0]
        actor = await self._fresh(principal)
        self._known[principal.token_id] = (actor, monotonic() + self._believed_s)
        self._known.move_to_end(principal.token_id)
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return actor

    def forget(self) -> None:
        """Asks anew for everybody: this process has just changed what someone may do."""
        self._known.clear()

    async def _fresh(self, principal: Principal) -> Actor:
        self._known.pop(principal.token_id, None)
        if await self._owner(principal.token_id) != principal.account:
            raise invalid_token("The sign-in session has ended; sign in again.")
        account = await self._load(principal.account)
        if account is None or account.status != "active":
            raise invalid_token("The account is suspended or closed.")
        return Actor(account.id, account.roles)

    async def _owner(self, token_id: str) -> UUID | None:
        try:
            if token_id.startswith(API_TOKEN):
                return await self._api_tokens.account_of(UUID(token_id.removeprefix(API_TOKEN)))
            return await self._sessions.account_of(UUID(token_id))
        except ValueError:
            return None
