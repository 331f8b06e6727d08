"""Somebody else's server that takes webhooks: it keeps all that comes, as it came, and checks who sent it by itself."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Taken:
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """As Standard Webhooks says: HMAC-SHA256 over id, timestamp and body, with the key behind `whsec_`."""
        content = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        digest = hmac.new(base64.b64decode(secret.split("_", 1)[1]), content, hashlib.sha256).digest()
        return f"v1,{base64.b64encode(digest).decode()}" in self.headers["webhook-signature"].split()


@dataclass(slots=True)
class HookReceiver:
    url: str = ""
    taken: list[Taken] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Posts of which the next message is answered 500."""

    def kinds(self, key: str) -> list[str]:
        """What came of a post, in the order of arrival."""
        return [each.said["type"] for each in self.taken if key in each.said["data"].values()]

    def take(self, taken: Taken) -> int:
        """The status of the answer."""
        self.taken.append(taken)
        about = taken.said["data"].get("post", "")
        is_refused = about in self.refused
        self.refused.discard(about)
        return 500 if is_refused else 204


Receiver = TypeVar("Receiver", bound=HookReceiver)


@contextmanager
def hook_receiver(receiver: Receiver) -> Iterator[Receiver]:
    """Listens for it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(
                receiver.take(Taken({name.lower(): value for name, value in self.headers.items()}, body))
            )
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - its name there

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
