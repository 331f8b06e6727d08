"""The doors to media, one after the other, on the whole stack: what is uploaded is read back at once."""

import httpx

from tests.journeys.conftest import People
from tests.live_stack import LiveStack, eventually
from tests.media_files import png

SEA = png(64, 48, filling=b"journey")


def test_media_are_uploaded_described_shown_by_posts_and_deleted(stack: LiveStack, people: People) -> None:
    author, other, _ = people
    answer = author.commands.post("/media", params={"filename": "sea.png"}, content=SEA)
    assert answer.status_code == 201, answer.text
    media, place = answer.json()["id"], answer.headers["Location"]
    author.queries.headers["Consistency-Token"] = answer.headers["Consistency-Token"]
    assert author.read(f"{place}/original").content == SEA
    assert other.read(place, after=author).status_code == 404

    author.do("PATCH", place, alt="The sea at dusk.")
    assert author.read(place).json()["alt"] == "The sea at dusk."
    assert [item["id"] for item in author.read("/me/media").json()["items"]] == [media]

    text = f"![The sea]({place}/original)"
    post = author.do("POST", "/posts", title="On the sea", body=text, cover=media, publish=True)["id"]
    shown = author.read(f"/posts/{post}")
    assert shown.status_code == 200, shown.text
    assert place in shown.json()["html"]
    eventually(lambda: author.read(place).json()["status"] == "processed", "its forms are made")
    known, cover = author.read(place).json(), other.read(f"/posts/{post}").json()["cover"]
    assert (cover["width"], cover["height"], cover["colour"]) == (64, 48, known["colour"])
    assert cover["placeholder"].startswith("data:image/webp;base64,")
    forms = {form["name"]: form for form in cover["variants"]}
    assert {"thumbnail.jpg", "medium.webp", "large.jpg"} < set(forms)
    large = httpx.get(f"{stack.query_url}{forms['large.webp']['url']}")
    assert (large.headers["content-type"], len(large.content)) == ("image/webp", forms["large.webp"]["size_bytes"])
    part = httpx.get(f"{stack.query_url}{place}/original", headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.content) == (206, large.content[:8])
    assert author.read(f"{place}/original").content == SEA
    assert other.read(place, after=author).json()["alt"] == "The sea at dusk."

    author.do("DELETE", place)
    assert author.read(f"{place}/original").status_code == 404
    eventually(lambda: not any(path.is_file() for path in (stack.home / "media").rglob("*")), "its bytes are gone")
