"""Fetches the broker's jars by their Maven coordinates and holds them to their committed SHA-256."""

import hashlib
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LOCK = Path(__file__).with_name("kafka.lock")
_PARALLEL = 8


class JarsUnavailable(RuntimeError):  # noqa: N818 - named for the fact
    """A jar could not be fetched, or is not the one that the lock file names."""


def read_lock(lock: Path = LOCK) -> dict[str, str]:
    """Coordinate (group:artifact:version) -> SHA-256, of every jar."""
    lines = (line.split() for line in lock.read_text(encoding="ascii").splitlines() if not line.startswith("#"))
    return {coordinate: digest for coordinate, digest in lines}  # noqa: C416 - dict() of a generator of lists is untyped


def fetch(folder: Path, wanted: Mapping[str, str]) -> list[Path]:
    """Returns every jar in `folder`, fetched if it is not there, each with the right digest.

    Raises:
        JarsUnavailable: naming the jar and what is wrong with it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_PARALLEL) as pool:
        return list(pool.map(lambda item: _fetch_one(folder, *item), wanted.items()))


def _fetch_one(folder: Path, coordinate: str, digest: str) -> Path:
    _, artifact, version = coordinate.split(":")
    jar = folder / f"{artifact}-{version}.jar"
    if not jar.exists():
        _download(coordinate, jar)
    found = hashlib.sha256(jar.read_bytes()).hexdigest()
    if found != digest:
        raise JarsUnavailable(
            f"{jar} has SHA-256 {found}, but {LOCK.name} says {digest}: remove that file to fetch it again"
        )
    return jar


def _download(coordinate: str, jar: Path) -> None:
    from jgo.maven import MavenContext  # noqa: PLC0415 - half a second, needed once

    with tempfile.TemporaryDirectory(dir=jar.parent, prefix=".fetching-") as scratch:
        try:
            fetched = (
                MavenContext(repo_cache=Path(scratch), timeout=60).create_dependency(coordinate).artifact.resolve()
            )
        except Exception as problem:  # jgo raises whatever its HTTP client and XML parser do
            raise JarsUnavailable(f"{coordinate} could not be fetched: {problem}") from problem
        fetched.chmod(0o644)
        fetched.replace(jar)
