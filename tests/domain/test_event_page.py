from ops import event_page


def test_the_page_of_events_says_what_their_classes_say() -> None:
    assert event_page.PAGE.read_text(encoding="utf-8") == event_page.page(), "run ./palimpsest catalogue"


def test_a_field_is_shown_with_its_type_its_meaning_and_whose_key_protects_it() -> None:
    page = event_page.page()
    assert "- `excerpt`: text or null, personal: content of `owner`. None: cut from the body." in page
    assert "- `tags`: list of text. As given, without two of one normal form." in page
    assert "- `format`: `markdown` or `html`." in page
