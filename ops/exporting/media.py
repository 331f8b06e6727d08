"""Writes the media that posts show beside the posts, and a list of them that `import` reads."""

import sys
from collections.abc import Iterable, Mapping
from uuid import UUID

import yaml

from kit.blobs.blobs import Blobs, NoSuchBlob
from ops.exporting.folder import Target
from ops.exporting.medium import Medium
from ops.exporting.posts import LoggedPosts

LIST = "_data/media.yml"


async def write_media(media: Iterable[UUID], posts: LoggedPosts, blobs: Blobs, target: Target) -> int:
    """How many were written; what has no bytes is named on stderr.

    Raises:
        BlobsUnavailable.
    """
    written: dict[str, Medium] = {}
    for each in media:
        found = await posts.medium(each)
        if found is None:
            continue
        try:
            pieces = await blobs.read(found.sha256, 0, found.size_bytes)
        except NoSuchBlob:
            print(f"export: the bytes of the medium {found.id} are gone", file=sys.stderr)
            continue
        await target.copy(found.file_name, pieces)
        written[found.file_name] = found
    if written:
        target.write(LIST, _list(written))
    return len(written)


def _list(media: Mapping[str, Medium]) -> str:
    named = {
        name: {"id": str(one.id), **({} if one.alt is None else {"alt": one.alt})}
        for name, one in sorted(media.items())
    }
    return str(yaml.dump(named, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))
