"""Who asks, and what they may see: from their token, and from how their account stands now."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from kit.http.bearer import Principal, TokenVerifier, invalid_token, sign_in_needed
from query_api.database import Database

_BELIEVED_S = 30.0
_REMEMBERED = 10_000
_SELECT = "SELECT status, roles FROM serving.accounts WHERE account = $1"


@dataclass(frozen=True, slots=True)
class Viewer:
    account: UUID
    roles: frozenset[str]

    @property
    def is_editor(self) -> bool:
        return not self.roles.isdisjoint(("editor", "admin"))

    def may_edit(self, authors: Iterable[UUID]) -> bool:
        """Whether they may see a post of these authors whatever its status, and how it is written."""
        return self.is_editor or self.account in authors


class _Standing(NamedTuple):
    status: str
    roles: frozenset[str]
    until: float


class Viewers:
    """Finds who asks.

    Raises, from every method:
        Problem: 401 for a bad token, a suspended or closed account, or no token where one is needed; 503.
    """

    def __init__(self, verifier: TokenVerifier, database: Database) -> None:
        self.verifier, self._database = verifier, database
        self._standings: OrderedDict[UUID, _Standing] = OrderedDict()

    async def required(self, authorization: str | None) -> Viewer:
        viewer = await self.find(authorization)
        if viewer is None:
            raise sign_in_needed()
        return viewer

    async def now(self, account: UUID) -> Viewer | None:
        """How an account stands now; None when it is not here, suspended or closed."""
        row = await self._database.row(_SELECT, account)
        return Viewer(account, frozenset(row["roles"])) if row is not None and row["status"] == "active" else None

    async def find(self, authorization: str | None) -> Viewer | None:
        """None: nobody signed in, who may see what is public."""
        if authorization is None:
            return None
        principal = await self.verifier.verify(authorization)
        if principal is None:
            return None
        standing = self._standings.get(principal.account)
        if standing is None or standing.until <= monotonic():
            standing = await self._look_up(principal)
        if standing.status != "active":
            raise invalid_token("The account is suspended or closed.")
        return Viewer(principal.account, standing.roles)

    async def _look_up(self, principal: Principal) -> _Standing:
        row = await self._database.row(_SELECT, principal.account)
        until = monotonic() + _BELIEVED_S
        if row is None:  # registered a moment ago, and not seen here yet
            return _Standing("active", principal.roles, until)
        found = _Standing(row["status"], frozenset(row["roles"]), until)
        self._standings[principal.account] = found
        while len(self._standings) > _REMEMBERED:
            self._standings.popitem(last=False)
        return found
