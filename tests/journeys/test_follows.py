"""Somebody is followed and no longer followed: their posts come into the feed and leave it."""

from tests.journeys.person import Person


def test_an_author_is_followed_read_in_the_feed_and_followed_no_more(people: tuple[Person, Person, Person]) -> None:
    author, reader, _ = people
    post = author.do("POST", "/posts", title="For followers", body="It was long.", publish=True)["id"]
    reader.do("PUT", f"/accounts/{author.handle}/follow")
    assert reader.read(f"/authors/{author.handle}").json()["followed"] is True
    reader.queries.headers["Consistency-Token"] = author.queries.headers["Consistency-Token"]
    assert [card["id"] for card in reader.read("/me/feed").json()["items"]] == [post]
    assert [card["id"] for card in reader.read("/posts?following=true").json()["items"]] == [post]
    assert reader.ask("PUT", f"/accounts/{reader.handle}/follow").status_code in {403, 422}
    reader.do("DELETE", f"/accounts/{author.handle}/follow")
    assert reader.read("/me/feed").json()["items"] == []
