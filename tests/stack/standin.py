"""A process of the shape that the stack supervises, and nothing else: health doors on its port."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Doors(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"not_ready": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ["PALIMPSEST_HTTP_PORT"])), Doors).serve_forever()
