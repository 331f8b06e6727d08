"""From a plan to an append: events encrypted, names as claims, metadata."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from engine.commands.plan import Plan
from engine.commands.ports import Command, IdempotencyRequest, Name
from engine.log.codec import Codec
from engine.log.keyring import KeyRing, NewKeys
from engine.log.names import Names
from engine.log.records import Append, Claim, IdempotencyRecord, SecretWrite, StreamGuard
from kit.ids import new_id

_SCOPES = ("identity", "content")


def metadata_of(context: object, correlation: str, causation: str | None, traceparent: str | None) -> str:
    """JSON of what is known of: who asked, in which request, because of which event, in which trace."""
    actor = getattr(context, "actor", None)
    account = getattr(actor, "account", None)
    known: Mapping[str, object] = {
        "actor": str(account) if account else "system" if getattr(actor, "is_system", False) else None,
        "correlation": correlation,
        "causation": causation,
        "traceparent": traceparent,
    }
    return orjson.dumps({key: value for key, value in known.items() if value is not None}).decode()


class AppendEncoder:
    """Makes appends ready for the log."""

    def __init__(self, codec: Codec, keyring: KeyRing, names: Names) -> None:
        self._codec, self._keyring, self._names = codec, keyring, names

    async def encode(
        self,
        plan: Plan,
        command: Command,
        expected_version: int,
        metadata: str,
        idempotency: IdempotencyRequest | None,
    ) -> Append:
        keys = NewKeys(self._keyring, plan.new_keys_for, _SCOPES)
        await self._keyring.load(map(str, _accounts(plan.events) - {plan.new_keys_for}))
        return Append(
            append_id=new_id(),
            stream=command.stream,
            expected_version=expected_version,
            partition_key=command.partition_key,
            events=tuple(self._codec.encode(event, new_id(), keys, metadata) for event in plan.events),
            claims=tuple(self.claim(name) for name in plan.claims),
            releases=tuple(self.claim(name) for name in plan.releases),
            guards=tuple(StreamGuard(guard.stream, guard.version) for guard in plan.guards),
            secrets=tuple(SecretWrite(s.kind, s.value, s.expires_at) for s in plan.secrets.values()),
            new_keys=keys.made,
            destroyed_keys=tuple((account, str(scope)) for account, scope in plan.destroyed_keys),
            idempotency=record_of(idempotency) if idempotency else None,
        )

    def claim(self, name: Name) -> Claim:
        return self._names.stored(name.kind, name.value, is_private=name.is_private)


def record_of(request: IdempotencyRequest) -> IdempotencyRecord:
    return IdempotencyRecord(request.scope, request.key, request.request_hash, request.answer)


def _accounts(events: Sequence[object]) -> set[UUID]:
    return {
        getattr(event, type(event).personal_of)  # type: ignore[attr-defined] # event classes have it
        for event in events
        if type(event).personal_of  # type: ignore[attr-defined] # same
    }
