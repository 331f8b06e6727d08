"""Writes a mail in its reader's language, hands it to the mail server, and minds addresses that are refused."""

from typing import Any

import structlog

from domain.accounts.profile import Notice
from engine.commands.executor import CommandExecutor
from jobs.job import Dropped
from jobs.letter import Letter
from jobs.mailer import AddressRefused, Mailer
from jobs.recipient import Recipient
from jobs.refused_addresses import RefusedAddresses
from jobs.site import SiteSettings, site_of
from jobs.writing import written
from kit.http.unsubscribe_tokens import token_of

_logger = structlog.get_logger()


class AddressPaused(Dropped):
    """Mail servers have refused the address: nothing is sent there until it is proven, replaced or resumed."""


class Mailroom:
    """Where all mails to accounts go through.

    Args:
        public_url: what links in mails begin with.
        secret: signs the links that stop notices.
    """

    def __init__(
        self,
        mailer: Mailer,
        refused_addresses: RefusedAddresses,
        executor: CommandExecutor,
        *,
        public_url: str,
        secret: bytes,
    ) -> None:
        self._mailer, self._refused, self._executor = mailer, refused_addresses, executor
        self._public_url, self._secret = public_url.rstrip("/"), secret

    async def site(self) -> SiteSettings:
        return await site_of(self._executor, self._public_url)

    async def send(self, template: str, to: Recipient, *, reference: str, **values: Any) -> None:
        """A mail that somebody has just asked for, or must know of.

        A crash before it is recorded sends it again, with the same Message-ID, made of `reference`.

        Raises:
            MailNotTaken: try again later.
            AddressRefused, AddressPaused: it is of no use.
        """
        await self._deliver(await self._written(template, to, values), to, reference)

    async def notify(self, notice: Notice, template: str, to: Recipient, *, reference: str, **values: Any) -> None:
        """A mail of a kind that was chosen, with a link that stops that kind.

        Raises:
            As `send`.
        """
        token = token_of(self._secret, to.account, notice)
        stops = f"{self._public_url}/unsubscribe?token={token}"
        await self._deliver(await self._written(template, to, values | {"unsubscribe": stops}), to, reference)

    async def _written(self, template: str, to: Recipient, values: dict[str, Any]) -> Letter:
        site = await self.site()
        says = written(template, to.language, {"site": site.title, "handle": to.handle, **values})
        return Letter(to.address, says.subject, says.text, says.html, values.get("unsubscribe", ""))

    async def _deliver(self, letter: Letter, to: Recipient, reference: str) -> None:
        refused = await self._refused.find(to.account, to.address)
        if refused is not None and refused.is_paused:
            raise AddressPaused(f"last {refused.reply}")
        try:
            await self._mailer.send(letter, reference=reference)
        except AddressRefused as error:
            is_paused = await self._refused.record(to.account, to.address, error.reply, mail=reference)
            _logger.warning("address refused", account=str(to.account), reply=str(error.reply), is_paused=is_paused)
            raise
        if refused is not None:
            await self._refused.note_taken(to.account, to.address)
