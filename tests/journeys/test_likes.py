"""A post is liked and the like taken back: the count and one's own view follow at once."""

from tests.journeys.person import Person


def test_a_post_is_liked_twice_counted_once_and_the_like_is_taken_back(people: tuple[Person, Person, Person]) -> None:
    author, reader, _ = people
    post = author.do("POST", "/posts", title="Liked", body="It was long.", publish=True)["id"]
    reader.do("PUT", f"/posts/{post}/like")
    reader.do("PUT", f"/posts/{post}/like")
    seen = reader.read(f"/posts/{post}").json()
    assert (seen["likes"], seen["liked"]) == (1, True)
    assert [card["id"] for card in author.read(f"/posts?liked_by={reader.handle}", after=reader).json()["items"]] == [
        post
    ]
    reader.do("DELETE", f"/posts/{post}/like")
    seen = reader.read(f"/posts/{post}").json()
    assert (seen["likes"], seen["liked"]) == (0, False)
    assert reader.read(f"/posts?liked_by={reader.handle}").json()["items"] == []
