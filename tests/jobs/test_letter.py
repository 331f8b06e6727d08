"""What a letter becomes on its way into a mail server."""

from dataclasses import replace

import pytest

from jobs.letter import Letter, as_mail
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
    ],
)
def test_an_address_cannot_reach_into_the_headers(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        as_mail(replace(LETTER, to=address), sender=SENDER, reference="r", at=clock.now())


def test_a_subject_cannot_reach_into_the_headers() -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        as_mail(replace(LETTER, subject="A\r\nBcc: all@example.org"), sender=SENDER, reference="r", at=clock.now())


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
