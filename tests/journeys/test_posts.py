"""A post's life at its doors: drafted, published, revised, moved, withdrawn, put away, taken out and deleted."""

from tests.journeys.person import Person


def test_a_post_is_drafted_published_revised_moved_withdrawn_archived_restored_and_deleted(
    people: tuple[Person, Person, Person],
) -> None:
    author, reader, _ = people
    post = author.do("POST", "/posts", title="The light", body="It was *long*.", tags=["Sea", "night watch"])["id"]
    assert reader.read(f"/posts/{post}", after=author).status_code == 404
    assert author.read(f"/posts/{post}").json()["status"] == "draft"

    slug = author.do("POST", f"/posts/{post}/publish") and author.read(f"/posts/{post}").json()["slug"]
    shown = reader.read(f"/posts/{slug}", after=author).json()
    assert (shown["html"], shown["status"]) == ("<p>It was <em>long</em>.</p>\n", "published")
    assert post in [
        card["id"] for card in reader.read("/posts?tag=night-watch&limit=100", after=author).json()["items"]
    ]

    author.do("PATCH", f"/posts/{post}", title="The long light", tags=["sea"])
    assert reader.read(f"/posts/{post}", after=author).json()["title"] == "The long light"
    moved = f"{slug}-moved"
    author.do("PUT", f"/posts/{post}/slug", slug=moved)
    old = reader.read(f"/posts/{slug}", after=author)
    assert (old.status_code, old.headers["Location"].rpartition("/")[2]) == (308, moved)

    author.do("POST", f"/posts/{post}/unpublish")
    assert reader.read(f"/posts/{moved}", after=author).status_code == 404
    author.do("POST", f"/posts/{post}/archive")
    assert author.read(f"/posts/{post}").json()["status"] == "archived"
    author.do("POST", f"/posts/{post}/restore")
    assert author.read(f"/posts/{post}").json()["status"] == "draft"
    versions = [each["version"] for each in author.read(f"/posts/{post}/revisions").json()["items"]]
    assert len(versions) >= 2
    author.do("DELETE", f"/posts/{post}")
    assert author.read(f"/posts/{post}").status_code in {404, 410}
