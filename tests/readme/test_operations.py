"""Commands of docs/operations.md, run literally against a live stack."""

import asyncio
import os
import re
import subprocess
import sys

import asyncpg
import httpx
import pytest

from stack.servers.postgres import BIN
from tests.live_stack import LiveStack, eventually
from tests.servers import ROOT

BLOCKS = re.findall(r"^```bash\n(.*?)^```", (ROOT / "docs" / "operations.md").read_text(), re.DOTALL | re.MULTILINE)
_FAIL = "UPDATE job_ledger SET state = 'failed', attempts = 20 WHERE state = 'done' RETURNING job"
_OPEN = "SELECT count(*) FROM job_ledger WHERE state <> 'done'"


def block(beginning: str) -> str:
    return str(next(each for each in BLOCKS if each.startswith(beginning)))


def shell(stack: LiveStack, *lines: str) -> str:
    """Runs lines in a shell of the checkout that knows `as_process`."""
    path = f"{BIN}:{os.environ['PATH']}"  # the package's own psql
    environment = {**os.environ, "PALIMPSEST_HOME": str(stack.home), "PATH": path}
    script = "\n".join((block("as_process()"), *lines)).replace(".venv/bin/python", sys.executable)
    ran = subprocess.run(
        ["bash", "-euc", script], cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_a_new_signing_key_is_published(stack: LiveStack) -> None:
    made = shell(stack, "as_process command_api .venv/bin/python -m command_api.rotate_keys")

    def is_published() -> bool:
        return made in httpx.get(f"{stack.command_url}/.well-known/jwks.json").text

    eventually(is_published, "the new key is published")


@pytest.mark.parametrize("url", ["PALIMPSEST_LOG_URL", "PALIMPSEST_READ_URL"])
def test_the_databases_can_be_looked_at(stack: LiveStack, url: str) -> None:
    question = "SELECT current_user"
    assert (
        shell(stack, f"""as_process projectors sh -c 'psql -At "${url}" -c "{question}"'""") == "palimpsest_projector"
    )


async def test_failed_jobs_are_done_once_they_wait_again(stack: LiveStack) -> None:
    ledger = await asyncpg.connect(stack.url("log", "palimpsest_jobs"))
    try:
        async with asyncio.timeout(60):
            while not await ledger.fetch(_FAIL):
                await asyncio.sleep(0.1)
            assert "UPDATE" in shell(stack, block("as_process jobs"))
            while await ledger.fetchval(_OPEN):
                await asyncio.sleep(0.1)
    finally:
        await ledger.close()
