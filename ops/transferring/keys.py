"""The keys of personal data, in a file of their own: who has it and the events reads what people wrote."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import IO, Any
from uuid import UUID

import orjson

from ops.transferring.lines import FORMAT, Damaged, Seal, line_of
from ops.transferring.reading import SealedLines

_PAGE = 10_000
_SQL = """
    SELECT account, scope, key FROM personal_keys WHERE (account, scope) > ($1, $2) ORDER BY account, scope LIMIT $3
"""
_FIRST = UUID(int=0)


async def write_keys(database: Any, file: IO[bytes]) -> int:
    """Writes all keys, destroyed ones as destroyed; gives how many."""
    seal, count, after = Seal(), 0, (_FIRST, "")
    file.write(seal.add(line_of({"palimpsest_keys": FORMAT})))
    while rows := await database.fetch(_SQL, *after, _PAGE):
        for account, scope, key in rows:
            text = None if key is None else b64encode(key).decode()
            file.write(seal.add(line_of({"account": account, "scope": scope, "key": text})))
        count, after = count + len(rows), (rows[-1]["account"], rows[-1]["scope"])
    file.write(line_of({"palimpsest_keys_end": FORMAT, "sha256": seal.hash}))
    return count


async def read_keys(file: IO[bytes]) -> AsyncIterator[tuple[UUID, str, bytes | None]]:
    """Raises Damaged when the file is not whole."""
    for line in SealedLines(file, "palimpsest_keys", "palimpsest_keys_end"):
        try:
            fields = orjson.loads(line)
            key = None if fields["key"] is None else b64decode(fields["key"], validate=True)
            yield UUID(fields["account"]), str(fields["scope"]), key
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise Damaged("a line is not a key") from problem
