"""What a letter becomes on its way into a mail server."""

import email
from dataclasses import replace
from email.policy import default

import pytest

from jobs.letter import Letter, NoSuchAddress, as_mail
from kit import clock

LETTER = Letter(
    to="ada@example.org",
    subject="A subject",
    text="Grüß Gott und 再见.\n",
    html="<p>Grüß Gott und 再见.</p>",
)
SENDER = "The site <no-reply@site.example>"


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.org\r\nBcc: all@example.org",
        "ada@example.org\nBcc: all@example.org",
        "ada@example.org, all@example.org",
        "Ada <ada@example.org>",
        "",
        "ada@example.org\r\n\r\nA body of one's own",
        "=?utf-8?q?ada=0D=0ABcc=3A_all?=@example.org",
        "=?utf-8?b?YWRhDQpCY2M6IGFsbA==?=@example.org",
    ],
)
def test_an_address_cannot_reach_into_the_headers(address: str) -> None:
    with pytest.raises(NoSuchAddress):
        as_mail(replace(LETTER, to=address), sender=SENDER, reference="r", at=clock.now())


def test_a_subject_cannot_reach_into_the_headers() -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        as_mail(replace(LETTER, subject="A\r\nBcc: all@example.org"), sender=SENDER, reference="r", at=clock.now())


@pytest.mark.parametrize(
    "title",
    [
        "=?utf-8?q?A=0D=0ABcc:_all@example.org?=",
        "On =?utf-8?b?QQ0KQmNjOiBhbGxAZXhhbXBsZS5vcmc=?= and more",
        "=?utf-8?q?A=0D=0A=0D=0AA_body_of_one's_own?=",
        "=?utf-8?q?caf=C3=A9?=",
        "潮" * 200,
        "😀" * 200,
        "a" * 200,
        "word " * 39 + "word",
        "a, b; c: <d>@e",
        "Short",
    ],
)
def test_a_title_stands_in_the_subject_as_it_is_whatever_it_looks_like(title: str) -> None:
    written = as_mail(replace(LETTER, subject=title), sender=SENDER, reference="r", at=clock.now()).as_bytes()
    read = email.message_from_bytes(written, policy=default)
    assert (read["Subject"], read["Bcc"], read["To"]) == (title, None, "ada@example.org")
    assert all(len(line) <= 78 for line in written.split(b"\r\n"))


def test_text_and_html_say_the_same_to_whoever_reads_one_of_them() -> None:
    mail = as_mail(LETTER, sender=SENDER, reference="r", at=clock.now())
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert mail.get_content_type() == "multipart/alternative"
    assert text is not None
    assert text.get_content() == LETTER.text
    assert html is not None
    assert html.get_content() == f"{LETTER.html}\n"


def test_a_letter_without_html_is_its_text() -> None:
    mail = as_mail(replace(LETTER, html=""), sender=SENDER, reference="r", at=clock.now())
    assert (mail.get_content_type(), mail.get_content()) == ("text/plain", LETTER.text)


def test_the_same_reference_makes_the_same_message_id() -> None:
    mails = [as_mail(LETTER, sender=SENDER, reference="event.job", at=clock.now()) for _ in range(2)]
    assert {mail["Message-ID"] for mail in mails} == {"<event.job@site.example>"}


def test_no_machine_answers_to_a_mail_of_a_machine() -> None:
    mail = as_mail(LETTER, sender=SENDER, reference="r", at=clock.now())
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None


def test_a_long_link_that_stops_mails_stands_in_its_header_as_it_is() -> None:
    link = f"https://site.example/unsubscribe?token={'a' * 150}"
    mail = as_mail(replace(LETTER, unsubscribe=link), sender=SENDER, reference="r", at=clock.now())
    lines = mail.as_bytes().split(b"\r\n")
    assert f"List-Unsubscribe: <{link}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_an_international_address_is_written_as_it_is() -> None:
    mail = as_mail(replace(LETTER, to="jörg@exämple.org"), sender=SENDER, reference="r", at=clock.now())
    assert mail["To"] == "jörg@exämple.org"


def test_a_name_of_an_international_domain_is_written_as_every_server_reads_it() -> None:
    mail = as_mail(replace(LETTER, to="ada@straße.example"), sender=SENDER, reference="r", at=clock.now())
    assert mail["To"] == "ada@xn--strae-oqa.example"


@pytest.mark.parametrize(
    "sender", ["", "The site", "a@b@c", "X, Y <a@example.org>", "=?utf-8?q?a=0D=0Ab?=@example.org"]
)
def test_who_sends_is_one_address(sender: str) -> None:
    with pytest.raises(ValueError, match="a sender is such as"):
        as_mail(LETTER, sender=sender, reference="r", at=clock.now())
