"""Which partition a key belongs to: fixed for the life of a log, so the hash must never change."""

from hashlib import blake2b


def partition_of(partition_key: str, partitions: int) -> int:
    digest = blake2b(partition_key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % partitions
