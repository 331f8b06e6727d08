"""`python -m command_api.rotate_keys`: a new key signs; old ones are published until their tokens have expired."""

import asyncio
import sys

from command_api.auth.signing_keys import SigningKeys
from command_api.opening import secret_of
from kit.database import open_pool
from kit.settings import Settings


async def main(settings: Settings) -> str:
    async with await open_pool(settings.log_url, size=1, application_name="rotate_keys") as pool:
        return await SigningKeys(pool, secret_of(settings), settings.token_algorithm).rotate()


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(main(Settings())) + "\n")
