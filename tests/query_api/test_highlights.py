from query_api.highlights import fragments, marked
from query_api.search_terms import MOST_TERMS, terms_of


def test_every_form_of_a_word_is_marked() -> None:
    assert (
        marked("Running past, he runs.", terms_of("run", "en"), "en")
        == "<mark>Running</mark> past, he <mark>runs</mark>."
    )


def test_a_language_that_is_not_said_may_be_any() -> None:
    assert marked("Canciones", terms_of("canción", None), "es") == "<mark>Canciones</mark>"


def test_what_is_marked_is_safe_html() -> None:
    assert marked("<b>Sea</b> & co", terms_of("sea", "en"), "en") == "&lt;b&gt;<mark>Sea</mark>&lt;/b&gt; &amp; co"


def test_fragments_are_few_short_and_cut_between_words() -> None:
    text = " ".join(f"word{number} sea" if number % 40 == 20 else f"word{number}" for number in range(400))
    first, second = fragments(text, terms_of("sea", "en"), "en")
    assert first.startswith("\N{HORIZONTAL ELLIPSIS}word")
    assert first.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert "<mark>sea</mark>" in second
    assert len(first) < 200


def test_neighbours_share_a_fragment() -> None:
    assert fragments("the sea and the sea", terms_of("sea", "en"), "en") == [
        "the <mark>sea</mark> and the <mark>sea</mark>"
    ]


def test_nothing_found_is_no_fragment() -> None:
    assert fragments("the tide", terms_of("sea", "en"), "en") == []


def test_only_so_many_terms_count() -> None:
    assert len(terms_of(" ".join(f"w{number}" for number in range(200)), "en").terms) == MOST_TERMS
    assert len(terms_of("東" * 3 + "京" + "あいうえおかきくけこさしすせそ", "ja").terms) == MOST_TERMS


def test_what_holds_no_word_asks_for_nothing() -> None:
    assert terms_of("!? ---", "en").terms == ()
