"""Makes Python clients of both OpenAPI documents, as somebody who writes one would."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

# What is no JSON is named to the generator: it knows few media types.
MEDIA_TYPES = {
    "application/x-ndjson": "application/octet-stream",
    "application/atom+xml": "application/octet-stream",
    "application/feed+json": "application/json",
    "application/xml": "application/octet-stream",
    "text/event-stream": "application/octet-stream",
}


def generated(url: str, folder: Path, package: str) -> str:
    """What the generator says of the document; the client is `folder / package`."""
    document, config = folder / f"{package}.json", folder / "generator.json"
    document.write_bytes(httpx.get(f"{url}/openapi.json").content)
    asked: dict[str, Any] = {"post_hooks": [], "content_type_overrides": MEDIA_TYPES}
    config.write_text(json.dumps(asked))
    program = Path(sys.executable).parent / "openapi-python-client"
    arguments = ("--path", document, "--output-path", folder / package, "--meta", "none", "--config", config)
    ran = subprocess.run([program, "generate", *arguments], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
