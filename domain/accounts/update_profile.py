"""Name, biography, picture, language or time zone change; what is left out stays."""

from typing import Any

from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand, acting_account
from domain.accounts.events import ProfileUpdated
from domain.accounts.profile import Biography, PersonName, Picture
from domain.command import Context, Decision
from domain.digest import digest
from domain.language import Language
from domain.partial import PartialChange
from domain.rights import require_self_or_admin
from domain.time_zone import TimeZone


class UpdateProfile(PartialChange, AccountCommand):
    clearable = frozenset({"biography", "picture"})

    name: PersonName | None = None
    biography: Biography | None = None
    picture: Picture | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None

    def decide(self, state: Account | None, context: Context) -> Decision:
        require_self_or_admin(context.actor, self.account)
        account = acting_account(state, context.actor)
        changes = self.changes(lambda field, value: value != _current(account, field, value))
        if not changes:
            return Decision()
        updated = ProfileUpdated(account=self.account, changed=tuple(changes), **changes)
        return Decision(events=(updated,))


def _current(account: Account, field: str, value: Any) -> Any:
    current = getattr(account, field)
    return value if isinstance(current, bytes) and digest(value) == current else current
