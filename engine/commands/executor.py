"""From a command to stored events: load, decide, append; on a conflict, again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.commands.aggregates import Aggregates, Loaded
from engine.commands.encoding import AppendEncoder, metadata_of, record_of
from engine.commands.name_turn import NameTurn
from engine.commands.plan import Plan, decide_all
from engine.commands.ports import Command, Executed, IdempotencyRequest
from engine.commands.stream_locks import StreamLocks
from engine.log.answers import Answers
from engine.log.appender import Appender
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.names import Names
from engine.log.reader import LogReader
from engine.log.records import (
    Append,
    Appended,
    Claim,
    ClaimTaken,
    GuardFailed,
    LogUnavailable,
    OutcomeUnknown,
    VersionConflict,
)
from kit.consistency import ConsistencyToken

_MAX_ATTEMPTS = 30
"""Another process with a queue for the same stream wins again and again: it knows the newest version, we must ask."""
_NEW = Loaded(None, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Request:
    """One call of `execute_all`."""

    commands: Sequence[Command]
    stream: str
    expected_version: int | None
    idempotency: IdempotencyRequest | None
    metadata: str

    @property
    def aggregate(self) -> type[Any]:
        return type(self.commands[0]).aggregate

    @property
    def others(self) -> Mapping[str, type[Any]]:
        """The streams that these commands look at beside their own."""
        return {stream: kind for command in self.commands for stream, kind in command.others.items()}


class CommandExecutor:
    """Executes commands; safe to call from many tasks at once.

    Args:
        cache_size: how many folded aggregates are kept.
    """

    def __init__(  # noqa: PLR0913 - the parts that it joins
        self,
        *,
        appender: Appender,
        reader: LogReader,
        names: Names,
        keyring: KeyRing,
        codec: Codec,
        answers: Answers,
        cache_size: int = 10_000,
    ) -> None:
        self._appender, self._reader, self._names, self._keyring = appender, reader, names, keyring
        self._answers = answers
        self._aggregates = Aggregates(reader, codec, keyring, cache_size=cache_size)
        self._encoder = AppendEncoder(codec, keyring, names)
        self._locks = StreamLocks()
        self._epoch = 0

    async def execute(  # noqa: PLR0913 - what is known of a request; all but the context may be absent
        self,
        command: Command,
        *,
        context: Any,
        expected_version: int | None = None,
        idempotency: IdempotencyRequest | None = None,
        correlation: str,
        causation: str | None = None,
        traceparent: str | None = None,
    ) -> Executed:
        """`execute_all` with one command."""
        return await self.execute_all(
            (command,),
            context=context,
            expected_version=expected_version,
            idempotency=idempotency,
            correlation=correlation,
            causation=causation,
            traceparent=traceparent,
        )

    async def execute_all(  # noqa: PLR0913 - same
        self,
        commands: Sequence[Command],
        *,
        context: Any,
        expected_version: int | None = None,
        idempotency: IdempotencyRequest | None = None,
        correlation: str,
        causation: str | None = None,
        traceparent: str | None = None,
    ) -> Executed:
        """Decides commands of one stream in order, each on the state left by the one before; stores them in one append.

        An `expected_version` of 0 says that the stream's id is new: the log is not read before deciding.

        Raises:
            the domain's refusal; VersionConflict (at once when `expected_version` is given, else after many tries);
            ClaimTaken, GuardFailed; KeyReused; AppendFailed; LogUnavailable, OutcomeUnknown.
        """
        metadata = metadata_of(context, correlation, causation, traceparent)
        request = _Request(commands, commands[0].stream, expected_version, idempotency, metadata)
        try:
            async with self._locks.turn(request.stream), NameTurn(self._locks) as name_turn:
                return await self._run(request, context, name_turn)
        except (LogUnavailable, OutcomeUnknown):
            raise
        except Exception:
            # Whatever stands in the way may be this same request's first try, accepted meanwhile.
            if idempotency and (repeat := await self.find_repeat(**_lookup(idempotency))):
                return repeat
            raise

    async def load(self, aggregate: type[Any], stream: str) -> tuple[Any, int]:
        """The stream's state as the log has it now, None when it has no events, and its version."""
        loaded = await self._aggregates.fresh(aggregate, stream)
        return loaded.state, loaded.version

    async def find_repeat(self, scope: str, key: str, request_hash: bytes) -> Executed | None:
        """The first answer under this key. Raises KeyReused when the key belongs to another request."""
        found = await self._answers.find(scope, key, request_hash)
        if found is None:
            return None
        token = ConsistencyToken(found.epoch, {found.partition: found.sequence})
        return Executed(found.stream, found.version, token, (), found.answer, is_repeat=True, state=None)

    async def _run(self, request: _Request, context: Any, name_turn: NameTurn) -> Executed:
        held = self._aggregates.held(request.stream)
        if held is None and request.expected_version == 0:
            held = _NEW  # the caller has just made this stream's id: the log is asked only if that was not so
        loaded, is_fresh = held or await self._fresh(request), held is None
        others = request.others
        conflict: VersionConflict | ClaimTaken | GuardFailed | None = None
        attempt = 0
        while attempt - name_turn.lost < _MAX_ATTEMPTS:
            if others:
                context, are_fresh = await self._with_others(context, others, is_first=attempt == 0)
                is_fresh = is_fresh and are_fresh
            plan = self._decide(request, loaded, context, is_fresh=is_fresh)
            try:
                if plan and plan.events:
                    return await self._append(request, plan, loaded)
                if plan and is_fresh:
                    return await self._unchanged(request, loaded)
            except VersionConflict as refused:
                conflict = refused
            except GuardFailed as refused:
                if refused.stream not in others:
                    raise
                conflict = refused
            except ClaimTaken as refused:
                await name_turn.take(refused)
                conflict, context = refused, await self._with_taken(context, plan, refused)
            attempt += 1
            loaded, is_fresh = await self._fresh(request), True
        raise conflict or VersionConflict(request.stream, loaded.version, loaded.version + 1)

    async def _fresh(self, request: _Request) -> Loaded:
        return await self._aggregates.fresh(request.aggregate, request.stream)

    def _decide(self, request: _Request, loaded: Loaded, context: Any, *, is_fresh: bool) -> Plan | None:
        """None: refused, but by a state that may be stale, so the log must be asked first."""
        try:
            _check_version(request, loaded)
            return decide_all(request.commands, loaded.state, context)
        except Exception:
            if is_fresh:
                raise
            return None

    async def _append(self, request: _Request, plan: Plan, loaded: Loaded) -> Executed:
        append = await self._encoder.encode(
            plan, request.commands[0], loaded.version, request.metadata, request.idempotency
        )
        appended = await self._appender.append(append)
        self._note(append, appended, plan.state)
        token = ConsistencyToken(appended.epoch, {appended.partition: appended.sequence})
        answer = request.idempotency.answer if request.idempotency else ""
        return Executed(
            append.stream, appended.version, token, tuple(plan.events), answer, is_repeat=False, state=plan.state
        )

    def _note(self, append: Append, appended: Appended, state: Any) -> None:
        if appended.epoch != self._epoch:
            self._aggregates.forget_all()
            self._epoch = appended.epoch
        self._aggregates.keep(append.stream, Loaded(state, appended.version, appended.partition, appended.sequence))
        for account, _ in append.destroyed_keys:
            self._keyring.forget(account)

    async def _unchanged(self, request: _Request, loaded: Loaded) -> Executed:
        """Nothing had to change: the answer points at the stream's last event."""
        if request.idempotency:
            kept = await self._answers.remember(record_of(request.idempotency), request.stream)
            repeat = None if kept else await self.find_repeat(**_lookup(request.idempotency))
            if repeat:
                return repeat
        token = ConsistencyToken(await self._reader.epoch(), {loaded.partition: loaded.sequence})
        answer = request.idempotency.answer if request.idempotency else ""
        return Executed(request.stream, loaded.version, token, (), answer, is_repeat=False, state=loaded.state)

    async def _with_others(self, context: Any, others: Mapping[str, type[Any]], *, is_first: bool) -> tuple[Any, bool]:
        """The context with the other streams' states, and whether all are as the log has them.

        At first those that are held will do: a guard finds out, and a refusal is not believed before they are fresh.
        That one has no events is held too: what most decisions look at may not have begun yet.
        """
        held = {stream: self._aggregates.held(stream) if is_first else None for stream in others}
        found = {stream: held[stream] or await self._aggregates.fresh(kind, stream) for stream, kind in others.items()}
        for stream, loaded in found.items():
            self._aggregates.keep(stream, loaded)
        return replace(context, others=found), not any(held.values())

    async def _with_taken(self, context: Any, plan: Plan | None, taken: ClaimTaken) -> Any:
        """The context with the names that are taken of the kind that was refused."""
        refused = Claim(taken.kind, taken.value)
        names = {name for name in (plan.claims if plan else ()) if self._encoder.claim(name) == refused}
        for name in tuple(names):
            if not name.is_private:
                values = await self._names.taken_like(name.kind, name.value)
                names |= {replace(name, value=value) for value in values}  # type: ignore[type-var] # a dataclass
        return replace(context, taken=context.taken | names)


def _lookup(request: IdempotencyRequest) -> dict[str, Any]:
    return {"scope": request.scope, "key": request.key, "request_hash": request.request_hash}


def _check_version(request: _Request, loaded: Loaded) -> None:
    if request.expected_version is not None and request.expected_version != loaded.version:
        raise VersionConflict(request.stream, request.expected_version, loaded.version)
