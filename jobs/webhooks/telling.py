"""Tells one key of one hook what comes next in it, message by message."""

from collections.abc import Sequence

import structlog

from jobs.webhooks.claims import Claimed, lease_end
from jobs.webhooks.health import Health
from jobs.webhooks.message import Message, message_of
from jobs.webhooks.metrics import WebhookMetrics
from jobs.webhooks.outcome import Outcome
from jobs.webhooks.patience import Patience
from jobs.webhooks.records import Records
from jobs.webhooks.secrets import SigningSecrets
from jobs.webhooks.sending import Sending
from jobs.webhooks.told import TEST, Happened

_logger = structlog.get_logger()


class Telling:
    def __init__(  # noqa: PLR0913 - the parts that it joins
        self,
        *,
        sending: Sending,
        secrets: SigningSecrets,
        records: Records,
        health: Health,
        patience: Patience,
        metrics: WebhookMetrics,
    ) -> None:
        self._sending, self._secrets, self._records = sending, secrets, records
        self._health, self._patience, self._metrics = health, patience, metrics

    async def tell(self, claimed: Claimed, happened: Sequence[Happened]) -> None:
        """Ends at the first message that is not taken, and gives the key back.

        A process that dies between an acceptance and the record of it leaves it to be told again, with the same id. One
        that was frozen begins no message that might end after its lease: another process has the key by then.
        """
        end = happened[-1].position if happened else claimed.upto
        wanted = [message_of(each, kind) for each in happened if (kind := _wanted(each, claimed)) is not None]
        for message in wanted:
            is_last, until = message is wanted[-1] and end == claimed.upto, lease_end()
            if not await self._told(claimed, message, is_last=is_last):
                return
            claimed = claimed._replace(attempts=0, failing_s=None, until=until)
        await self._records.leave(claimed, end, is_all=end == claimed.upto)

    async def _told(self, claimed: Claimed, message: Message, *, is_last: bool) -> bool:
        """Whether the key is still in hand."""
        secrets = await self._secrets.of(claimed.webhook, claimed.version)
        if not claimed.has_time:
            return False
        outcome = await self._sending.send(claimed.url, message, secrets)
        self._metrics.note(outcome)
        if not outcome.is_accepted:
            await self._note_refusal(claimed, message, outcome)
            return False
        if is_last and await self._records.accepted_last(claimed, message, outcome):
            return False
        if await self._records.accepted(claimed, message, outcome):
            return True
        _logger.warning("a lease ended before the message was taken: it may be told twice", **_named(claimed, message))
        return False

    async def _note_refusal(self, claimed: Claimed, message: Message, outcome: Outcome) -> None:
        _logger.info("a message was not taken", reason=outcome.said, **_named(claimed, message))
        if message.kind == TEST:
            await self._records.given_up(claimed, message, outcome)
            return
        if (claimed.failing_s or 0) >= self._patience.whole_s:
            is_held = await self._records.given_up(claimed, message, outcome)
            _logger.warning("a message is given up", reason=outcome.said, **_named(claimed, message))
        else:
            pause_s = max(self._patience.pause_s(claimed.attempts + 1), outcome.wait_s)
            is_held = await self._records.refused(claimed, message, outcome, pause_s)
        if is_held:
            await self._health.note_failure(claimed, outcome)


def _wanted(happened: Happened, claimed: Claimed) -> str | None:
    kind = happened.kind
    return kind if kind == TEST or kind in claimed.kinds else None


def _named(claimed: Claimed, message: Message) -> dict[str, str]:
    return {"webhook": str(claimed.webhook), "message": message.id}
