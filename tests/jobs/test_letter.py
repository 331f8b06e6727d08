from dataclasses import replace

import pytest

from jobs.letter import Letter, as_mail
from kit import clock

LETTER = Letter(
    to="ada@example.org",
    subject="A subject",
    before=("Hello <ada>,",),
    link="https://site.example/confirm?token=a&b",
    link_says="Confirm",
    after=("Grüß Gott und 再见.",),
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


def test_text_is_escaped_in_html_and_not_in_text() -> None:
    mail = as_mail(LETTER, sender=SENDER, reference="r", at=clock.now())
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert "Hello <ada>," in text.get_content()
    assert "token=a&b" in text.get_content()
    assert html is not None
    assert "Hello &lt;ada&gt;," in html.get_content()
    assert 'href="https://site.example/confirm?token=a&amp;b"' in html.get_content()


def test_the_same_reference_makes_the_same_message_id() -> None:
    mails = [as_mail(LETTER, sender=SENDER, reference="event.job", at=clock.now()) for _ in range(2)]
    assert {mail["Message-ID"] for mail in mails} == {"<event.job@site.example>"}


def test_an_international_address_is_written_as_it_is() -> None:
    mail = as_mail(replace(LETTER, to="jörg@exämple.org"), sender=SENDER, reference="r", at=clock.now())
    assert mail["To"] == "jörg@exämple.org"
