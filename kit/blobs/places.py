"""From a setting to where bytes are kept: a folder, or a bucket of any S3-compatible store."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from obstore.store import LocalStore, ObjectStore, S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config  # their stubs alone have them


class NotAPlace(ValueError):  # noqa: N818 - named for the fact
    """The setting names nothing that bytes can be kept in."""


class Place(NamedTuple):
    open: Callable[[], ObjectStore]
    """Makes the folder when it is missing."""
    folder: Path | None
    """None: a bucket."""


def place_of(url: str) -> Place:
    """Reads the setting.

    Args:
        url: `file:///a/folder`, or `s3://KEY:SECRET@bucket/prefix?endpoint=https://host&region=name`; without key and
            secret, those of the machine are used, as AWS tools find them.

    Raises:
        NotAPlace: it is neither.
    """
    found = urlsplit(url)
    if found.scheme == "file" and found.path:
        folder = Path(unquote(found.path))
        return Place(partial(_folder, folder), folder)
    if found.scheme == "s3" and found.hostname:
        return Place(partial(_bucket, found, found.hostname), None)
    raise NotAPlace("PALIMPSEST_MEDIA_URL is file:///a/folder or s3://KEY:SECRET@bucket/prefix?endpoint=...&region=...")


def _folder(folder: Path) -> ObjectStore:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(folder)


def _bucket(url: SplitResult, bucket: str) -> ObjectStore:
    given = {name: values[-1] for name, values in parse_qs(url.query).items()}
    config: S3Config = {"region": given.get("region", "us-east-1")}
    options: ClientConfig = {"timeout": "60s", "connect_timeout": "5s"}
    again: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
    if "endpoint" in given:
        config["endpoint"] = given["endpoint"]
        options["allow_http"] = given["endpoint"].startswith("http://")
    if url.username and url.password:
        config["access_key_id"], config["secret_access_key"] = unquote(url.username), unquote(url.password)
    prefix = url.path.strip("/") or None
    return S3Store(bucket, prefix=prefix, config=config, client_options=options, retry_config=again)
