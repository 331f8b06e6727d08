"""An S3-compatible store on this machine: SeaweedFS, as a package brings it."""

import json
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from kit.blobs.places import place_of
from stack.ports import LOOPBACK, free_ports
from tests.live_stack import eventually

_IDENTITY = {
    "name": "palimpsest",
    "credentials": [{"accessKey": "KEY", "secretKey": "SECRET"}],
    "actions": ["Admin", "Read", "Write", "List"],
}
_PORTS = tuple(f"{part}.{kind}" for part in ("s3", "master", "volume", "filer") for kind in ("port", "port.grpc"))


@contextmanager
def bucket(folder: Path) -> Iterator[str]:
    """Its URL, for as long as the context lasts."""
    (folder / "objects").mkdir(parents=True)
    (folder / "identities.json").write_text(json.dumps({"identities": [_IDENTITY]}))
    first = free_ports(len(_PORTS))
    command = [
        str(Path(sysconfig.get_path("scripts")) / "weed"),
        *("server", "-s3", f"-dir={folder / 'objects'}", f"-s3.config={folder / 'identities.json'}"),
        *(f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}", "-master.volumeSizeLimitMB=64", "-volume.max=8"),
        "-s3.port.iceberg=0",
        *(f"-{name}={first + number}" for number, name in enumerate(_PORTS)),
    ]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        url = f"s3://KEY:SECRET@pictures/site?endpoint=http://{LOOPBACK}:{first}"
        eventually(lambda: _takes(place_of(url).open()), "the store takes bytes", deadline_s=30)
        yield url
    finally:
        server.kill()
        server.wait()


def _takes(store: ObjectStore) -> bool:
    """Whether all of it is there: it answers before it has room for anything."""
    try:
        obstore.put(store, "first", b"bytes")
        obstore.delete(store, "first")
    except (BaseError, OSError):
        return False
    return True
