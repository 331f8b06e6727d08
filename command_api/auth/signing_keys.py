"""The keys that sign access tokens: one signs, retired ones stay published until their tokens have expired."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from secrets import token_bytes, token_hex
from time import monotonic
from typing import Any, Literal

import asyncpg
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm

Algorithm = Literal["EdDSA", "RS256"]

PUBLISHED_AFTER_RETIRING_S = 20 * 60
"""An access token's 15 minutes, the time that other processes go on signing with it, and some."""
_RELOAD_S = 30

_PUBLISHED = """
SELECT id, algorithm, private_key, public_key, retired_at FROM signing_keys
 WHERE retired_at IS NULL OR retired_at > clock_timestamp() - make_interval(secs => $1)
 ORDER BY created_at DESC, id
"""
_INSERT = "INSERT INTO signing_keys (id, algorithm, private_key, public_key) VALUES ($1, $2, $3, $4)"
_RETIRE = "UPDATE signing_keys SET retired_at = clock_timestamp() WHERE retired_at IS NULL AND id <> $1"


@dataclass(frozen=True, slots=True)
class SigningKey:
    id: str
    algorithm: Algorithm
    private: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


class SigningKeys:
    """Reads the keys from beside the log, at most every half minute; makes one when there is none."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", secret: bytes, algorithm: Algorithm) -> None:
        self._pool, self._algorithm = pool, algorithm
        self._box = AESGCM(hmac.digest(secret, b"signing keys", hashlib.sha256))
        self._rows: list[asyncpg.Record] = []
        self._signing: SigningKey | None = None
        self._loaded = -float("inf")

    async def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set (RFC 7517)."""
        await self._load()
        return {"keys": [json.loads(row["public_key"]) for row in self._rows]}

    async def signing(self) -> SigningKey:
        """The newest key of the algorithm that is set."""
        await self._load()
        if self._signing is None:
            await self.rotate()
        if self._signing is None:
            raise RuntimeError("a key was made and is not there")
        return self._signing

    async def rotate(self) -> str:
        """Makes a key that signs from now on, and retires the others; gives its id."""
        name = token_hex(8)
        private = _new_private(self._algorithm)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        nonce = token_bytes(12)
        boxed = nonce + self._box.encrypt(nonce, pem, name.encode())
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_INSERT, name, self._algorithm, boxed, json.dumps(_public_jwk(private, name)))
            await connection.execute(_RETIRE, name)
        self._loaded = -float("inf")
        await self._load()
        return name

    async def _load(self) -> None:
        if monotonic() - self._loaded < _RELOAD_S:
            return
        self._rows = await self._pool.fetch(_PUBLISHED, PUBLISHED_AFTER_RETIRING_S)
        usable = (row for row in self._rows if row["retired_at"] is None and row["algorithm"] == self._algorithm)
        newest = next(usable, None)
        self._signing = self._opened(newest) if newest else None
        self._loaded = monotonic()

    def _opened(self, row: asyncpg.Record) -> SigningKey:
        boxed: bytes = row["private_key"]
        pem = self._box.decrypt(boxed[:12], boxed[12:], row["id"].encode())
        private = load_pem_private_key(pem, None)
        if not isinstance(private, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey):
            raise TypeError("not a signing key")
        return SigningKey(row["id"], row["algorithm"], private)


def _new_private(algorithm: Algorithm) -> ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey:
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _public_jwk(private: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey, name: str) -> dict[str, Any]:
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return {**OKPAlgorithm.to_jwk(private.public_key(), as_dict=True), "kid": name, "alg": "EdDSA", "use": "sig"}
    return {**RSAAlgorithm.to_jwk(private.public_key(), as_dict=True), "kid": name, "alg": "RS256", "use": "sig"}
