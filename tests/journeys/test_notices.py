"""Notices by mail, from choosing them to stopping them by the link in one."""

import email
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit

import httpx

from tests.journeys.person import Person
from tests.live_stack import LiveStack, eventually


def notices(stack: LiveStack, person: Person) -> list[EmailMessage]:
    mails = [
        email.message_from_bytes(file.read_bytes(), policy=default)
        for file in sorted((stack.home / "mail").glob("*.eml"))
    ]
    return [mail for mail in mails if mail["X-Envelope-To"] == person.address and mail["List-Unsubscribe"]]


def test_notices_are_chosen_come_and_are_stopped_by_one_click(
    stack: LiveStack, people: tuple[Person, Person, Person]
) -> None:
    person, reader, _ = people
    person.do("POST", "/accounts/confirm", token=person.link(stack, "confirm"))
    person.do("PUT", "/accounts/me/notifications", by_mail=["comment", "follower"])
    post = person.do("POST", "/posts", title="Of notices", body="Some words.", publish=True)["id"]
    reader.do("POST", f"/posts/{post}/comments", body="Well said.")
    eventually(lambda: len(notices(stack, person)) == 1, "a notice of the comment")
    [mail] = notices(stack, person)
    assert mail["Subject"] == f"{reader.handle} commented on “Of notices”"
    link = urlsplit(mail["List-Unsubscribe"].strip("<>"))
    one_click = {"List-Unsubscribe": "One-Click"}
    stopped = httpx.post(f"{stack.command_url}{link.path}?{link.query}", data=one_click, timeout=20)
    assert stopped.status_code == 200, stopped.text
    reader.do("POST", f"/posts/{post}/comments", body="And again.")
    reader.do("PUT", f"/accounts/{person.handle}/follow")
    eventually(lambda: len(notices(stack, person)) == 2, "a notice of the follower")
    assert notices(stack, person)[1]["Subject"].startswith(f"{reader.handle} follows you")
    listed = person.read("/me/notifications", after=reader).json()["items"]
    assert [(item["kind"], item["by"]["handle"]) for item in listed] == [
        (kind, reader.handle) for kind in ("follower", "comment", "comment")
    ], "mails are stopped, the list is not"
    person.queries.headers["Consistency-Token"] = stopped.headers["Consistency-Token"]
    assert person.read("/accounts/me").json()["notified_by_mail"] == ["follower"]
