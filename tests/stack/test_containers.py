"""The system in containers, where there is an engine to run them."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from testcontainers.compose import DockerCompose

from stack.compose_environment import lines
from stack.credentials import Credentials
from tests.servers import ROOT


def has_engine() -> bool:
    docker = shutil.which("docker")
    if not docker:
        return False
    return subprocess.run((docker, "compose", "version"), capture_output=True, check=False).returncode == 0 and (
        subprocess.run((docker, "info"), capture_output=True, check=False).returncode == 0
    )


pytestmark = [
    pytest.mark.container,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not has_engine(), reason="no Docker engine here"),
]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the proxy answers."""
    passwords: Path = tmp_path_factory.mktemp("compose") / "env"
    passwords.write_text("\n".join([*lines(Credentials()), "PALIMPSEST_PORT=18000"]))
    with DockerCompose(ROOT, build=True, wait=True, env_file=str(passwords)):
        yield "http://localhost:18000"


def test_one_origin_gives_both_apis(origin: str) -> None:
    assert httpx.get(f"{origin}/posts", params={"total": "true"}).status_code == 200
    assert httpx.get(f"{origin}/.well-known/jwks.json").json()["keys"]
    assert httpx.post(f"{origin}/posts", json={}).status_code in {401, 422}
