"""Writes a mail in its reader's language, and hands it to the mail server."""

from typing import Any

from domain.accounts.profile import Notice
from engine.commands.executor import CommandExecutor
from jobs.letter import Letter
from jobs.mailer import Mailer
from jobs.recipient import Recipient
from jobs.site import SiteSettings, site_of
from jobs.writing import written
from kit.http.unsubscribe_tokens import token_of


class Mailroom:
    """Where all mails to accounts go through.

    Args:
        public_url: what links in mails begin with.
        secret: signs the links that stop notices.
    """

    def __init__(
        self,
        mailer: Mailer,
        executor: CommandExecutor,
        *,
        public_url: str,
        secret: bytes,
    ) -> None:
        self._mailer, self._executor = mailer, executor
        self._public_url, self._secret = public_url.rstrip("/"), secret

    async def site(self) -> SiteSettings:
        return await site_of(self._executor, self._public_url)

    async def send(self, template: str, to: Recipient, *, reference: str, **values: Any) -> None:
        """A mail that somebody has just asked for, or must know of.

        A crash before it is recorded sends it again, with the same Message-ID, made of `reference`.

        Raises:
            MailNotTaken: try again later.
        """
        await self._mailer.send(await self._written(template, to, values), reference=reference)

    async def notify(self, notice: Notice, template: str, to: Recipient, *, reference: str, **values: Any) -> None:
        """A mail of a kind that was chosen, with a link that stops that kind.

        Raises:
            MailNotTaken: try again later.
        """
        token = token_of(self._secret, to.account, notice)
        stops = f"{self._public_url}/unsubscribe?token={token}"
        letter = await self._written(template, to, values | {"unsubscribe": stops})
        await self._mailer.send(letter, reference=reference)

    async def _written(self, template: str, to: Recipient, values: dict[str, Any]) -> Letter:
        site = await self.site()
        says = written(template, to.language, {"site": site.title, "handle": to.handle, **values})
        return Letter(to.address, says.subject, says.text, says.html, values.get("unsubscribe", ""))
