"""What is uploaded, and what is made of it."""

from hashlib import sha256

import httpx

from tests.journeys.person import Person
from tests.live_stack import LiveStack

OF_PICTURES = {"original"} | {f"{name}.{form}" for name in ("thumbnail", "medium", "large") for form in ("jpg", "webp")}
OF_FILMS = OF_PICTURES | {"video.mp4", "poster.jpg"}


def uploads(person: Person, name: str, content: bytes) -> str:
    answer = person.commands.post("/media", params={"filename": name}, content=content)
    assert answer.status_code == 201, answer.text
    person.queries.headers["Consistency-Token"] = answer.headers["Consistency-Token"]
    return str(answer.json()["id"])


def forms(person: Person, media: str) -> dict[str, str]:
    """The names of all that was made of it, each with the SHA-256 of what is served under it."""
    found: dict[str, str] = {}
    for form in person.read(f"/media/{media}").json()["variants"]:
        answer = person.queries.get(form["url"])
        assert (answer.status_code, len(answer.content)) == (200, form["size_bytes"]), form
        found[form["name"]] = sha256(answer.content).hexdigest()
    return found


def kept(site: LiveStack) -> set[str]:
    """The SHA-256 of every file in the store."""
    return {sha256(path.read_bytes()).hexdigest() for path in (site.home / "media").rglob("*") if path.is_file()}


def is_processed(person: Person, media: str) -> bool:
    answer: httpx.Response = person.read(f"/media/{media}")
    return bool(answer.json()["status"] == "processed")
