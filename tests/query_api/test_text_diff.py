from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from query_api.text_diff import MOST_LINES, hunks


def applied(before: str, after: str) -> list[str]:
    """What the hunks make of the first text."""
    old, made, at = before.splitlines(), list[str](), 0
    for hunk in hunks(before, after):
        made += old[at : hunk["from_line"] - 1]
        assert len(made) == hunk["to_line"] - 1
        made += [line["text"] for line in hunk["lines"] if line["change"] != "-"]
        at = hunk["from_line"] - 1 + sum(1 for line in hunk["lines"] if line["change"] != "+")
    return made + old[at:]


_TEXT = st.lists(st.sampled_from("abcd"), max_size=40).map("\n".join)


@given(before=_TEXT, after=_TEXT)
def test_hunks_turn_the_one_text_into_the_other(before: str, after: str) -> None:
    assert applied(before, after) == after.splitlines()


@given(text=_TEXT)
def test_the_same_text_has_no_hunks(text: str) -> None:
    assert hunks(text, text) == []


def test_only_a_few_lines_are_shown_around_a_change() -> None:
    lines = [str(number) for number in range(100)]
    [hunk] = hunks("\n".join(lines), "\n".join([*lines[:50], "new", *lines[50:]]))
    assert [line["change"] for line in hunk["lines"]] == ["=", "=", "=", "+", "=", "=", "="]
    assert (hunk["from_line"], hunk["to_line"]) == (48, 48)


def test_very_many_lines_are_compared_in_bounded_time() -> None:
    before = [f"{number * 7919 % 50_000}" for number in range(1, MOST_LINES * 3)]
    after = [f"{number * 104_729 % 50_000}" for number in range(1, MOST_LINES * 3)]
    started = perf_counter()
    [hunk] = hunks("\n".join(before), "\n".join(after))
    assert len(hunk["lines"]) == len(before) + len(after)
    assert perf_counter() - started < 2
