"""The doors to comments, one after the other, on the whole stack: what is written is read back at once."""

from tests.journeys.person import Person


def test_comments_are_written_answered_edited_flagged_moderated_and_deleted(
    people: tuple[Person, Person, Person],
) -> None:
    author, reader, moderator = people
    post = author.do("POST", "/posts", title="The light", body="It was long.", publish=True)["id"]
    thread = f"/posts/{post}/comments"
    first = reader.do("POST", thread, body="I have *seen* it.")["id"]
    answer = author.do("POST", thread, body="When?", parent=first)["id"]
    reader.do("PATCH", f"/comments/{first}", body="I have **seen** it.")
    items = reader.read(thread, after=reader).json()["items"]
    assert [(item["id"], item["depth"]) for item in items] == [(first, 1), (answer, 2)]
    assert items[0]["html"] == "<p>I have <strong>seen</strong> it.</p>\n"

    author.do("POST", f"/comments/{first}/flag")
    flagged = moderator.read("/comments?status=flagged&limit=100", after=author).json()["items"]
    assert first in [item["id"] for item in flagged]
    moderator.do("POST", f"/comments/{first}/reject")
    assert author.read(thread, after=moderator).json()["items"][0]["status"] == "gone"
    assert reader.read(f"/comments/{first}", after=moderator).json()["status"] == "rejected"
    moderator.do("POST", f"/comments/{first}/approve")
    assert author.read(f"/comments/{first}", after=moderator).json()["status"] == "shown"

    author.do("DELETE", f"/comments/{first}")
    gap, left = reader.read(f"{thread}?total=true", after=author).json()["items"]
    assert (gap["status"], gap["html"], left["id"]) == ("gone", None, answer)
    author.do("POST", f"/posts/{post}/unpublish")
    assert reader.read(thread, after=author).status_code == 404
