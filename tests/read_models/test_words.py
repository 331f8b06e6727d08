import pytest

from read_models.search_texts import filter_words, parted, plain, search_renderer
from read_models.words import UNSTEMMED, counted, folded, stemmer_of


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ÉCOLE", "ecole"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("ΑΘΉΝΑ", "αθηνα"),
        ("йод", "йод"),  # no accent there: another letter
        ("ｶﾞﾗｽ", "ガラス"),
        ("ﬁne", "fine"),
    ],
)
def test_case_accents_and_compatibility_forms_do_not_matter(written: str, compared: str) -> None:
    assert folded(written) == compared


def test_words_are_counted_by_their_stems() -> None:
    assert counted("Running, he runs. It_ran!", "english") == {"run": 2, "he": 1, "it": 1, "ran": 1}
    assert counted("Running", UNSTEMMED) == {"running": 1}


def test_marks_stay_with_their_letters() -> None:
    assert list(counted("हिन्दी भाषा", UNSTEMMED)) == ["हिन्दी", "भाषा"]


def test_scripts_that_do_not_part_words_are_counted_in_ones_and_twos() -> None:
    assert counted("東京塔abc", UNSTEMMED) == {"東": 1, "京": 1, "塔": 1, "東京": 1, "京塔": 1, "abc": 1}


def test_a_language_is_stemmed_by_what_it_is_a_kind_of() -> None:
    assert (stemmer_of("pt-BR"), stemmer_of("EN"), stemmer_of("tlh")) == ("portuguese", "english", UNSTEMMED)


def test_filters_stand_among_the_words_with_what_a_language_is_a_kind_of() -> None:
    assert filter_words("pt-BR", ["sea"]) == ["/language/pt", "/language/pt-BR", "/tag/sea"]


def test_a_text_is_kept_by_its_beginning_and_its_words_without_markup() -> None:
    made = parted(
        search_renderer("markdown", "english").render("# Seas\n\nThe *sea*, a\nsea <script>x()</script>\n\n- tide")
    )
    assert made.beginning == "Seas The sea, a sea tide"
    assert made.main_words.split()[0] == "sea"
    assert made.words == "a sea the tide"


def test_markup_parts_words_only_where_a_reader_sees_it_do_so() -> None:
    assert plain("<p>a<b>b</b>c</p><p>d &lt;e&gt;</p>") == "abc d <e>"
