"""A bucket on this machine: as much of S3's protocol as keeping bytes needs, signatures unread."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

_LISTED = (
    "<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>{size}</Size></Contents>"
)


class _Bucket(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[int, bytes] = {}


class _Handler(BaseHTTPRequestHandler):
    server: _Bucket
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        key, given = self._asked()
        if "list-type" in given:
            found = "".join(_LISTED.format(key=name, size=len(body)) for name, body in self.server.objects.items())
            self._answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")
        elif key not in self.server.objects:
            self._answer(404, "<Error><Code>NoSuchKey</Code></Error>")
        else:
            whole = self.server.objects[key]
            [(start, last)] = re.findall(r"bytes=(\d+)-(\d+)", self.headers["range"])
            part = whole[int(start) : int(last) + 1]
            self.part = f"bytes {start}-{int(start) + len(part) - 1}/{len(whole)}"
            self._answer(206, part)

    def do_PUT(self) -> None:
        key, given = self._asked()
        body = self.rfile.read(int(self.headers["content-length"]))
        if "partNumber" in given:
            self.server.parts[int(given["partNumber"][0])] = body
        else:
            self.server.objects[key] = body
        self._answer(200, "")

    def do_POST(self) -> None:
        key, given = self._asked()
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if "uploads" in given:
            self.server.parts.clear()
            self._answer(200, "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>")
        elif "uploadId" in given:
            self.server.objects[key] = b"".join(part for _, part in sorted(self.server.parts.items()))
            done = '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>'
            self._answer(200, done)
        else:
            keys = re.findall(r"<Key>(.*?)</Key>", body.decode())
            for each in keys:
                self.server.objects.pop(each, None)
            deleted = "".join(f"<Deleted><Key>{each}</Key></Deleted>" for each in keys)
            self._answer(200, f"<DeleteResult>{deleted}</DeleteResult>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it overrides
        """Nothing."""

    def _asked(self) -> tuple[str, dict[str, list[str]]]:
        url = urlsplit(self.path)
        return url.path.removeprefix("/bucket/"), parse_qs(url.query, keep_blank_values=True)

    def _answer(self, status: int, body: str | bytes) -> None:
        sent = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("ETag", '"x"')
        self.send_header("Last-Modified", self.date_time_string())
        if status == 206:
            self.send_header("Content-Range", self.part)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)


@contextmanager
def bucket() -> Iterator[str]:
    """Its URL, for as long as the context lasts."""
    with _Bucket() as server:
        serving = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        yield f"s3://KEY:SECRET@bucket/site?endpoint=http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        serving.join()
