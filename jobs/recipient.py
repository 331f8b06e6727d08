"""Who gets a mail, where, and in which language."""

from dataclasses import dataclass
from uuid import UUID

from domain.accounts.account import Account
from domain.accounts.profile import Notice
from engine.commands.executor import CommandExecutor


@dataclass(frozen=True, slots=True)
class Recipient:
    account: UUID
    handle: str
    address: str
    language: str


def recipient_at(account: Account, address: str) -> Recipient:
    """Somebody at an address of theirs, which may be the one that waits for proof."""
    return Recipient(account.id, account.handle, address, account.language)


async def who_wants(notice: Notice, account: UUID, executor: CommandExecutor) -> Recipient | None:
    """Who has chosen notices of this kind, may have them now, and has proven an address for them."""
    found = await active(account, executor)
    if found is None or found.address is None or not found.is_confirmed or notice not in (found.by_mail or ()):
        return None
    return recipient_at(found, found.address)


async def active(account: UUID, executor: CommandExecutor) -> Account | None:
    """An account that is neither suspended nor closed, as the log has it now."""
    found: Account | None = (await executor.load(Account, f"account-{account}"))[0]
    return found if found is not None and found.status == "active" else None
