"""Where a webhook's messages arrive: counts all that comes, sorts out nothing, and looks at each signature itself."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any


@dataclass(frozen=True, slots=True)
class Arrived:
    id: str
    kind: str
    post: str
    was_taken: bool


@dataclass(slots=True)
class Endpoint:
    """`arrived` in order. Refuses what is about one of the posts in `refuses`."""

    url: str = ""
    secret: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    forged: int = 0
    lock: Lock = field(default_factory=Lock)

    def taken(self, post: str) -> list[Arrived]:
        with self.lock:
            return [each for each in self.arrived if each.was_taken and each.post == post]

    def refused(self, post: str) -> int:
        with self.lock:
            return sum(not each.was_taken and each.post == post for each in self.arrived)

    def take(self, headers: Any, body: bytes) -> int:
        said = json.loads(body)
        post = str(said["data"].get("post"))
        with self.lock:
            is_ours = self.is_signed(headers, body)
            self.forged += not is_ours
            was_taken = is_ours and post not in self.refuses
            self.arrived.append(Arrived(headers["webhook-id"], said["type"], post, was_taken))
        return 204 if was_taken else 500

    def is_signed(self, headers: Any, body: bytes) -> bool:
        """As Standard Webhooks says."""
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
        return expected in headers["webhook-signature"].split()


@contextmanager
def listening() -> Iterator[Endpoint]:
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(endpoint.take(self.headers, body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = Thread(target=server.serve_forever)
    serving.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/hooks"
    try:
        yield endpoint
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
