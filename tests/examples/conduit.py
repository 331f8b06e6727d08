"""A client of the RealWorld contract, written from its public specification. It asks once, and never again."""

import secrets
from collections.abc import Sequence
from typing import Any

import httpx

PASSWORD = "a long enough secret"
Errors = dict[str, list[str]]


class Conduit:
    """Somebody at one or several processes of the adapter, in turn; from an address of their own."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._asked = 0
        address = ".".join(str(part) for part in (10, *secrets.token_bytes(3)))
        headers = {"X-Forwarded-For": address}
        self._http = [httpx.Client(base_url=f"{url}/api", headers=headers, timeout=60) for url in urls]
        self.token, self.username, self.email = "", "", ""

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> httpx.Response:
        self._asked += 1
        sent = self.token if token is None else token
        headers = {"Authorization": f"Token {sent}"} if sent else {}
        return self._http[self._asked % len(self._http)].request(method, path, json=body, headers=headers)

    def get(self, path: str) -> Any:
        return self.done(self.ask("GET", path), 200)

    def done(self, answer: httpx.Response, status: int) -> Any:
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def close(self) -> None:
        for http in self._http:
            http.close()

    def register(self) -> "Conduit":
        self.username = f"r{secrets.token_hex(6)}"
        self.email = f"{self.username}@example.org"
        user = {"username": self.username, "email": self.email, "password": PASSWORD}
        self.token = self.done(self.ask("POST", "/users", {"user": user}), 201)["user"]["token"]
        return self

    def write(self, title: str = "", **fields: Any) -> Any:
        article = {"title": title or f"On {secrets.token_hex(6)}", "description": "A line.", "body": "It was *long*."}
        return self.done(self.ask("POST", "/articles", {"article": article | fields}), 201)["article"]

    def comment(self, slug: str, body: str = "A comment.") -> Any:
        return self.done(self.ask("POST", f"/articles/{slug}/comments", {"comment": {"body": body}}), 201)["comment"]


def errors(answer: httpx.Response) -> tuple[int, Errors]:
    found: Errors = answer.json()["errors"]
    return answer.status_code, found
