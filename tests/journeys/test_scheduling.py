"""The doors that schedule a post, on the whole stack, until the clock publishes it."""

from datetime import UTC, datetime, timedelta

from tests.journeys.person import Person
from tests.live_stack import eventually


def ahead(**of_now: int) -> str:
    return (datetime.now(UTC) + timedelta(**of_now)).isoformat()


def test_posts_are_scheduled_rescheduled_unscheduled_and_published_when_their_time_comes(
    people: tuple[Person, Person, Person],
) -> None:
    author, reader, _ = people
    post = author.do("POST", "/posts", title="The light", body="It was long.")["id"]
    author.do("POST", f"/posts/{post}/schedule", publish_at=ahead(days=1))
    [listed] = author.read("/me/posts?status=scheduled").json()["items"]
    assert (listed["id"], listed["status"]) == (post, "scheduled")
    assert reader.read(f"/posts/{post}", after=author).status_code == 404
    author.do("PATCH", f"/posts/{post}", title="The keeper of the light")
    author.do("POST", f"/posts/{post}/unschedule")
    assert author.read(f"/posts/{post}").json()["status"] == "draft"
    author.do("POST", f"/posts/{post}/schedule", publish_at=ahead(days=1))
    soon = ahead(seconds=1)
    author.do("POST", f"/posts/{post}/schedule", publish_at=soon)
    shown = author.read(f"/posts/{post}").json()
    assert (shown["status"], shown["title"]) in {
        ("scheduled", "The keeper of the light"),
        ("published", shown["title"]),
    }
    eventually(lambda: reader.read(f"/posts/{post}").status_code == 200, "the post is public")
    published = reader.read(f"/posts/{post}").json()
    assert datetime.fromisoformat(published["published_at"]) == datetime.fromisoformat(soon)
    kinds = [each["kind"] for each in author.read(f"/posts/{post}/revisions").json()["items"]]
    assert kinds[:3] == ["published", "scheduled", "scheduled"]
    assert kinds[3:] == ["unscheduled", "revised", "scheduled", "drafted"]
