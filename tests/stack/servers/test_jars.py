"""The broker runs on the jars of the lock file, and on no others."""

from pathlib import Path

import pytest

from stack.servers.jars import JarsUnavailable, fetch, read_lock
from tests.servers import JARS
from tests.stack.commands import Stack


@pytest.fixture
def tampered_cache(tmp_path: Path, kafka: str) -> Path:  # noqa: ARG001 - a broker that runs has fetched the jars
    """A cache with every jar, one of them changed."""
    jars = tmp_path / "cache" / "jars"
    jars.mkdir(parents=True)
    for jar in JARS.glob("*.jar"):
        (jars / jar.name).symlink_to(jar)
    changed = jars / "slf4j-api-1.7.36.jar"
    changed.unlink()
    changed.write_bytes(b"not what was reviewed")
    return jars.parent


def test_a_changed_jar_is_refused_by_name(tampered_cache: Path) -> None:
    with pytest.raises(JarsUnavailable, match=r"slf4j-api-1\.7\.36\.jar has SHA-256"):
        fetch(tampered_cache / "jars", read_lock())


def test_an_up_that_cannot_start_kafka_stops_and_names_the_other_bus(stack: Stack, tampered_cache: Path) -> None:
    up = stack.run("up", "--detach", "--no-admin", PALIMPSEST_CACHE=str(tampered_cache))
    assert up.returncode == 4
    assert "slf4j-api-1.7.36.jar has SHA-256" in up.stdout
    assert "--bus log" in up.stdout
    assert stack.run("status").returncode == 4


def test_a_jar_that_is_nowhere_is_said(tmp_path: Path) -> None:
    with pytest.raises(JarsUnavailable, match=r"org\.example:absent:1 could not be fetched"):
        fetch(tmp_path, {"org.example:absent:1": "0" * 64})
