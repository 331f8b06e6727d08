"""What something was before an event changed it."""

from typing import Any

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import Recorded

_PAGE = 500


class History:
    """Folds streams up to an event, from the log."""

    def __init__(self, reader: LogReader, codec: Codec, keyring: KeyRing) -> None:
        self._reader, self._codec, self._keyring = reader, codec, keyring

    async def before(self, aggregate: type[Any], recorded: Recorded) -> Any:
        """The stream's state just before the event; None when it is its first."""
        state, version = None, 0
        while version < recorded.version - 1:
            page = await self._reader.stream(recorded.stream, version, limit=min(_PAGE, recorded.version - 1 - version))
            for earlier in await self._codec.decode_many(page, self._keyring):
                state = aggregate.evolve(state, earlier.event)
            version = page[-1].version
        return state
