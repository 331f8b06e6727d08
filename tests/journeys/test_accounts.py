"""An account's life at its doors, mails included."""

from uuid import uuid4

from tests.journeys.person import PASSWORD, Person, signed_in
from tests.live_stack import LiveStack

OTHER = "another secret, long enough"


def test_an_account_is_registered_confirmed_described_renamed_and_gets_another_password_and_address(
    stack: LiveStack, people: tuple[Person, Person, Person]
) -> None:
    person, reader, _ = people
    first = person.handle
    person.do("POST", "/accounts/confirm", token=person.link(stack, "confirm"))
    person.do("PATCH", "/accounts/me", name="Inês D.", biography="Writes about the *sea*.")
    person.do("PUT", "/accounts/me/notifications", by_mail=["reply"])
    own = person.read("/accounts/me").json()
    assert (own["name"], own["address_is_confirmed"]) == ("Inês D.", True)

    person.handle = f"k{uuid4().hex[:12]}"
    person.do("POST", "/accounts/me/handle", handle=person.handle)
    assert reader.read(f"/authors/{first}", after=person).status_code == 308
    assert reader.read(f"/authors/{person.handle}", after=person).json()["name"] == "Inês D."

    person.do("POST", "/accounts/me/password", current_password=PASSWORD, password=OTHER)
    assert (signed_in(stack, person.handle).status_code, signed_in(stack, person.handle, OTHER).status_code) == (
        400,
        200,
    )
    fresh = Person(stack, signed_in(stack, person.handle, OTHER).json()["access_token"], person.handle)
    elsewhere = f"{person.handle}@example.net"
    fresh.do("POST", "/accounts/me/address", address=elsewhere)
    fresh.do("POST", "/accounts/confirm", token=fresh.link(stack, "confirm", elsewhere))
    assert fresh.read("/accounts/me").json()["address"] == elsewhere

    fresh.ask("POST", "/auth/forgot", address=elsewhere).raise_for_status()
    fresh.ask("POST", "/auth/reset", token=fresh.link(stack, "reset", elsewhere), password=PASSWORD).raise_for_status()
    assert signed_in(stack, person.handle).status_code == 200
    fresh.close()


def test_an_admin_gives_a_role_takes_it_back_suspends_and_reinstates(
    stack: LiveStack, people: tuple[Person, Person, Person]
) -> None:
    person, _, admin = people
    admin.do("PUT", f"/accounts/{person.handle}/roles/editor")
    assert "editor" in person.read("/accounts/me", after=admin).json()["roles"]
    admin.do("DELETE", f"/accounts/{person.handle}/roles/editor")
    assert "editor" not in person.read("/accounts/me", after=admin).json()["roles"]
    admin.do("POST", f"/accounts/{person.handle}/suspend", reason="Sells what is not theirs.")
    assert signed_in(stack, person.handle).status_code == 400
    admin.do("POST", f"/accounts/{person.handle}/reinstate")
    assert signed_in(stack, person.handle).status_code == 200


def test_an_account_is_closed_and_its_posts_stay_under_a_former_author(
    stack: LiveStack, people: tuple[Person, Person, Person]
) -> None:
    person, reader, _ = people
    post = person.do("POST", "/posts", title="Left behind", body="Some words.", publish=True)["id"]
    person.do("DELETE", "/accounts/me", erase_content=False)
    left = reader.read(f"/posts/{post}", after=person).json()
    assert (left["title"], person.handle in str(left)) == ("Left behind", False)
    assert reader.read(f"/authors/{person.handle}", after=person).status_code in {404, 410}
    assert signed_in(stack, person.handle).status_code == 400
