"""What the command side has stored, as one consistency token: readers who have it show the whole import."""

import time

import httpx

from kit.consistency import ConsistencyToken, MalformedToken

_PATIENCE_S = 60.0


class Seen:
    """Tokens joined: the larger sequence of each partition."""

    def __init__(self) -> None:
        self._epoch = 0
        self._sequences: dict[int, int] = {}

    def add(self, token: str) -> None:
        try:
            found = ConsistencyToken.parse(token)
        except MalformedToken:
            return
        self._epoch = found.epoch
        for partition, sequence in found.sequences.items():
            self._sequences[partition] = max(sequence, self._sequences.get(partition, 0))

    @property
    def token(self) -> str:
        """Empty before anything was stored."""
        return str(ConsistencyToken(self._epoch, self._sequences)) if self._sequences else ""

    async def until_readable(self, queries: httpx.AsyncClient) -> bool:
        """Waits until the query side shows all of it. False: not within a minute."""
        if not self.token:
            return True
        headers = {"Consistency-Token": self.token, "Prefer": "wait=10, handling=strict"}
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            try:
                answer = await queries.get("/posts", params={"limit": 1}, headers=headers)
            except httpx.TransportError:
                return False
            if answer.is_success:
                return True
            if answer.status_code != httpx.codes.PRECONDITION_FAILED:
                return False
        return False
