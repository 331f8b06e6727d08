"""Signs in, drafts a post, publishes it, and reads it back as soon as it can be seen.

python write_post.py --handle ana --password ... post.md
"""

import argparse
import sys
import uuid
from pathlib import Path

import httpx


def signed_in(commands: str, handle: str, password: str) -> httpx.Client:
    """A client of the command API that sends an access token along."""
    form = {"grant_type": "password", "username": handle, "password": password}
    token = httpx.post(f"{commands}/auth/token", data=form).raise_for_status().json()["access_token"]
    return httpx.Client(base_url=commands, headers={"Authorization": f"Bearer {token}"})


def post(client: httpx.Client, path: str, body: dict[str, object]) -> httpx.Response:
    """A command. The key makes it safe to send again: whatever was lost, it is carried out once."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    for attempt in (1, 2, 3):
        try:
            answer = client.post(path, json=body, headers=key)
        except httpx.TransportError:
            if attempt == 3:  # noqa: PLR2004 - the last one
                raise
        else:
            break
    if answer.is_error:
        sys.exit(f"{path}: {answer.text}")  # a problem (RFC 9457) says what would be taken
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="Markdown; its first line is the title")
    parser.add_argument("--handle", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--commands", default="http://localhost:8001")
    parser.add_argument("--queries", default="http://localhost:8002")
    asked = parser.parse_args()

    title, _, body = asked.file.read_text(encoding="utf-8").partition("\n")
    with signed_in(asked.commands, asked.handle, asked.password) as client:
        drafted = post(client, "/posts", {"title": title.lstrip("# "), "body": body.strip()}).json()
        published = post(client, f"/posts/{drafted['id']}/publish", {})

    # What was just written is read back: the answer waits until it can be seen.
    token = {"Consistency-Token": published.headers["Consistency-Token"], "Prefer": "wait=10, handling=strict"}
    shown = httpx.get(f"{asked.queries}/posts/{drafted['id']}", headers=token, timeout=15).raise_for_status().json()
    print(f"{shown['title']}: {asked.queries}/posts/{shown['slug']}")


if __name__ == "__main__":
    main()
