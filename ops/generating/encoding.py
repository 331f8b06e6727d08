"""Steps as appends: the log's own encoding, with the keys of the authors made here."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.catalogue import EVENTS, UPCASTERS
from engine.log.codec import Codec
from engine.log.keyring import NewKeys
from engine.log.records import Append, Claim
from kit.ids import new_id
from ops.generating.step import Step

_SCOPES = ("identity", "content")


class MadeKeys:
    """The keys of accounts made in this run."""

    def __init__(self) -> None:
        self._ciphers: dict[tuple[UUID, str], AESGCM] = {}

    def get(self, account: UUID, scope: str) -> AESGCM | None:
        return self._ciphers.get((account, scope))

    def add(self, made: NewKeys) -> None:
        self._ciphers.update({(key.account, key.scope): AESGCM(key.key) for key in made.made})


class StepEncoder:
    def __init__(self, seed: int) -> None:
        self._codec, self._keys = Codec(EVENTS, UPCASTERS), MadeKeys()
        self._metadata = orjson.dumps(
            {"actor": "system", "correlation": f"generate-{seed}-{datetime.now(UTC):%Y%m%dT%H%M%S}"}
        ).decode()

    def append_of(self, step: Step) -> Append:
        keys: NewKeys | MadeKeys = self._keys
        if step.new_keys_for:
            keys = NewKeys(self._keys, step.new_keys_for, _SCOPES)
            self._keys.add(keys)
        return Append(
            append_id=new_id(),
            stream=step.stream,
            expected_version=step.expected_version,
            partition_key=step.key,
            events=(self._codec.encode(step.event, new_id(), keys, self._metadata),),
            claims=tuple(Claim(kind, value) for kind, value in step.claims),
            releases=tuple(Claim(kind, value) for kind, value in step.releases),
            new_keys=keys.made if isinstance(keys, NewKeys) else (),
        )
