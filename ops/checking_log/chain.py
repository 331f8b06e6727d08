"""The hash of a partition's history: any event added, lost, moved or altered anywhere gives another one."""

from hashlib import sha256
from typing import NamedTuple

EVENT_DIGEST = """
    sha256(convert_to(concat_ws('|',
        position, partition, sequence, version, schema_version, ends_append::int,
        (extract(epoch FROM recorded_at) * 1000000)::bigint, id, append_id,
        octet_length(partition_key), octet_length(stream), octet_length(type), octet_length(data),
        octet_length(metadata)) || chr(10) || partition_key || stream || type || data || metadata, 'UTF8'))
"""
"""SQL: SHA-256 of all that is stored of an event. Lengths keep one text from running into the next."""
_BEGINNING = bytes(32)


class PartitionHash(NamedTuple):
    """Of a partition's events up to and with `sequence`."""

    partition: int
    sequence: int
    hash: str
    """Hexadecimal; each step is SHA-256 of the hash before and the event's digest, the first of 32 zero bytes."""


class Chain:
    """Hashes partitions event by event, in sequence order."""

    def __init__(self) -> None:
        self._hashes: dict[int, bytes] = {}
        self._sequences: dict[int, int] = {}

    def add(self, partition: int, sequence: int, digest: bytes) -> None:
        self._hashes[partition] = sha256(self._hashes.get(partition, _BEGINNING) + digest).digest()
        self._sequences[partition] = sequence

    def hash_of(self, partition: int) -> str:
        return self._hashes.get(partition, _BEGINNING).hex()

    def hashes(self) -> list[PartitionHash]:
        """Of the partitions that have events."""
        return [PartitionHash(each, self._sequences[each], self.hash_of(each)) for each in sorted(self._hashes)]
