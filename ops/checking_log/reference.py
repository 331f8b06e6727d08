"""What a log was like once: hashes that `log verify --json` gave, or that stand at the end of an export."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.checking_log.chain import PartitionHash

_TAIL_BYTES = 1 << 20


class NoReference(Exception):  # noqa: N818 - named for the fact
    """The file holds no hashes of a log."""


def read_reference(path: Path) -> dict[int, PartitionHash]:
    """From each partition to its hash at that time.

    Raises:
        NoReference: what is there is something else, or was cut off.
    """
    try:
        found: Mapping[str, Any] = json.loads(_last_line(path))
        return {each["partition"]: PartitionHash(**each) for each in found["partitions"]}
    except (ValueError, KeyError, TypeError, IndexError) as problem:
        raise NoReference(f"{path} does not end in the hashes of a log") from problem


def _last_line(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        return file.read().splitlines()[-1]
