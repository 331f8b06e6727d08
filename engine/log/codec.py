"""Events to stored text, and back: encryption of personal fields, upcasting, validation."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.log.keyring import KeyDestroyed, KeyRing, Keys
from engine.log.records import NewEvent, Recorded, StoredEvent
from engine.log.sealing import seal, unseal

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""From the data of one schema version to that of the next."""
_Opened = tuple[dict[str, Any], Sequence[str]]
_BOX = {"of", "scope", "box"}
_BOXED = '"box":'
"""What is encrypted has it; where a text has it too, it is escaped there, or costs no more than looking closely."""


class EventType(Protocol):
    """What the codec needs of an event class; it is a pydantic model besides."""

    schema_version: ClassVar[int]
    personal_of: ClassVar[str]

    @classmethod
    def personal_fields(cls) -> Mapping[str, str]: ...


class UnknownEvent(Exception):  # noqa: N818 - named for the fact
    """This code is older than the event: its type is unknown, or its schema version is newer."""

    def __init__(self, event_type: str, schema_version: int) -> None:
        super().__init__(f"{event_type} of schema version {schema_version} is unknown to this code")
        self.type, self.schema_version = event_type, schema_version


class _Shape(NamedTuple):
    schema_version: int
    personal: tuple[str, ...]
    from_json: Callable[[str], Any]
    from_python: Callable[[Any], Any]


class Codec:
    """Knows every event type. `upcasters` maps (type, from version) to the step to the next version."""

    def __init__(self, event_types: Iterable[type[Any]], upcasters: Mapping[tuple[str, int], Upcaster]) -> None:
        self._upcasters = dict(upcasters)
        self._shapes = {
            kind.__name__: _Shape(
                kind.schema_version,
                tuple(kind.personal_fields()),
                kind.__pydantic_validator__.validate_json,
                kind.__pydantic_validator__.validate_python,
            )
            for kind in event_types
        }

    def encode(self, event: Any, event_id: UUID, keyring: Keys, metadata: str) -> NewEvent:
        """Encrypts what is personal; a personal field that is None stays None.

        Raises:
            KeyDestroyed: there is something personal to write and no key for it.
        """
        kind = type(event)
        personal = kind.personal_fields()
        if not personal:
            data = kind.__pydantic_serializer__.to_json(event).decode()
        else:
            fields = kind.__pydantic_serializer__.to_python(event, mode="json")
            account: UUID = getattr(event, kind.personal_of)
            for name, scope in personal.items():
                if fields[name] is not None:
                    cipher = keyring.get(account, scope)
                    if cipher is None:
                        raise KeyDestroyed(account, scope)
                    box = seal(cipher, fields[name], event_id, name)
                    fields[name] = {"of": fields[kind.personal_of], "scope": scope, "box": box}
            data = orjson.dumps(fields).decode()
        return NewEvent(event_id, kind.__name__, kind.schema_version, data, metadata)

    async def decode_many(self, stored: Sequence[StoredEvent], keyring: KeyRing) -> list[Recorded]:
        """Decodes a batch, with one look-up for all the keys it needs and does not hold.

        Raises:
            UnknownEvent: the first event that this code is too old for.
        """
        opened = [self._open(event) for event in stored]
        accounts = {fields[name]["of"] for fields, boxes in filter(None, opened) for name in boxes}
        ciphers = _Ciphers(await keyring.load(accounts) if accounts else {})
        return [
            _recorded(event, self._decoded(event, found, ciphers)) for event, found in zip(stored, opened, strict=True)
        ]

    def _open(self, stored: StoredEvent) -> _Opened | None:
        """The parsed data and which fields are boxes; None where the data can be validated as they are."""
        shape = self._shapes.get(stored.type)
        if shape is None or stored.schema_version > shape.schema_version:
            raise UnknownEvent(stored.type, stored.schema_version)
        if stored.schema_version == shape.schema_version:
            if not shape.personal or _BOXED not in stored.data:
                return None
            fields: dict[str, Any] = orjson.loads(stored.data)
            return fields, [name for name in shape.personal if fields[name] is not None]
        fields = orjson.loads(stored.data)
        return fields, [name for name, value in fields.items() if type(value) is dict and value.keys() == _BOX]

    def _decoded(self, stored: StoredEvent, opened: _Opened | None, ciphers: "_Ciphers") -> Any:
        shape = self._shapes[stored.type]
        if opened is None:
            return shape.from_json(stored.data)
        fields, boxes = opened
        for name in boxes:
            box = fields[name]
            cipher = ciphers.get(box["of"], box["scope"])
            fields[name] = None if cipher is None else unseal(cipher, box["box"], stored.id, name)
        for version in range(stored.schema_version, shape.schema_version):
            fields = self._upcasters[stored.type, version](fields)
        return shape.from_python(fields)


class _Ciphers:
    """Those of a batch: its events are often by the same few people."""

    def __init__(self, keys: Mapping[str, Mapping[str, bytes | None]]) -> None:
        self._keys = keys
        self._made: dict[tuple[str, str], AESGCM | None] = {}

    def get(self, account: str, scope: str) -> AESGCM | None:
        """None: the key was destroyed."""
        place = (account, scope)
        if place not in self._made:
            key = self._keys.get(account, {}).get(scope)
            self._made[place] = None if key is None else AESGCM(key)
        return self._made[place]


def _recorded(stored: StoredEvent, event: Any) -> Recorded:
    return Recorded(
        event,
        stored.id,
        stored.position,
        stored.partition,
        stored.sequence,
        stored.key,
        stored.stream,
        stored.version,
        stored.recorded_at,
        stored.metadata,
    )
