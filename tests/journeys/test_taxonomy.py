"""Categories become a tree, are renamed, moved and deleted; a tag is renamed and merged, and its posts follow."""

from uuid import uuid4

from tests.journeys.person import Person
from tests.live_stack import eventually


def test_categories_are_made_renamed_moved_and_deleted(people: tuple[Person, Person, Person]) -> None:
    author, reader, admin = people
    coast, north = f"Coast {uuid4().hex[:8]}", f"North {uuid4().hex[:8]}"
    upper = admin.do("POST", "/categories", name=coast)["id"]
    lower = admin.do("POST", "/categories", name=north, parent=upper)["id"]
    author.queries.headers["Consistency-Token"] = admin.queries.headers["Consistency-Token"]
    post = author.do("POST", "/posts", title="Sorted", body="It was long.", category=lower, publish=True)["id"]
    assert [card["id"] for card in reader.read(f"/posts?category={upper}", after=author).json()["items"]] == [post]

    admin.do("PATCH", f"/categories/{lower}", name=f"{north} shore", parent=None)
    found = reader.read(f"/categories/{lower}", after=admin).json()
    assert (found["name"], found["parent"]) == (f"{north} shore", None)
    admin.do("DELETE", f"/categories/{lower}")
    assert reader.read(f"/categories/{lower}", after=admin).status_code == 404
    admin.do("DELETE", f"/categories/{upper}")


def test_a_tag_is_renamed_and_merged_and_its_posts_have_the_other(people: tuple[Person, Person, Person]) -> None:
    author, reader, admin = people
    old, new = f"old{uuid4().hex[:8]}", f"new{uuid4().hex[:8]}"
    post = author.do("POST", "/posts", title="Tagged", body="It was long.", tags=[old], publish=True)["id"]
    other = author.do("POST", "/posts", title="Tagged too", body="It was long.", tags=[new], publish=True)["id"]
    admin.do("POST", f"/tags/{old}/rename", into=new)

    def has_moved() -> bool:
        cards = reader.read(f"/posts?tag={new}", after=author).json()["items"]
        return {post, other} == {card["id"] for card in cards}

    eventually(has_moved, "the post has the other tag")
    assert reader.read(f"/posts/{post}").json()["tags"] == [new]
