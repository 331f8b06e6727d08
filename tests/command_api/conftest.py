"""The command API on a real log, asked in process."""

import base64
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from command_api.auth.throttle import Limit, Limits
from kit.settings import Settings
from tests.command_api.asking import Api, opened_api
from tests.servers import Database

ROOMY = Limits(
    register_client=Limit("register client", 10_000, 3600),
    sign_in_client=Limit("sign-in client", 10_000, 300),
    mail_client=Limit("mail client", 10_000, 3600),
    link_client=Limit("link client", 10_000, 3600),
)


@pytest.fixture
def settings(log_database: Database, tmp_path: Path) -> Settings:
    secret = base64.b64encode(secrets.token_bytes(32)).decode()
    return Settings.model_validate({"log_url": log_database.url("command"), "secret": secret, "home": tmp_path})


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    async with opened_api(settings, ROOMY) as found:
        yield found
