"""Signs access tokens: short-lived JWTs that name an account, its roles and the sign-in session."""

from time import time
from uuid import UUID

import jwt

from command_api.auth.signing_keys import SigningKeys
from kit.http.bearer import AUDIENCE, ISSUER

LIFETIME_S = 15 * 60


async def sign(keys: SigningKeys, account: UUID, roles: frozenset[str], session: UUID) -> str:
    now = int(time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(account),
        "sid": str(session),
        "roles": sorted(roles),
        "iat": now,
        "exp": now + LIFETIME_S,
    }
    key = await keys.signing()
    return jwt.encode(claims, key.private, key.algorithm, {"kid": key.id})
