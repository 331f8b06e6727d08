"""Files and functions stay short enough to be read in one sitting."""

import pytest

from tests.architecture.measure import file_lengths, function_lengths, percentile

FILE_MEDIAN, FILE_P90, FILE_MAX = 60, 180, 300
FUNCTION_MEDIAN, FUNCTION_MAX = 8, 40


def report(lengths: dict[str, int], limit: int) -> list[str]:
    return [
        f"{length:4} lines: {name}" for name, length in sorted(lengths.items(), key=lambda i: -i[1]) if length > limit
    ]


@pytest.mark.parametrize(("lengths", "limit"), [(file_lengths, FILE_MAX), (function_lengths, FUNCTION_MAX)])
def test_nothing_is_longer_than_its_limit(lengths: object, limit: int) -> None:
    assert callable(lengths)
    over = report(lengths(), limit)
    assert not over, "split by concept:\n" + "\n".join(over)


def test_files_are_mostly_short() -> None:
    sizes = list(file_lengths().values())
    assert percentile(sizes, 0.5) <= FILE_MEDIAN
    assert percentile(sizes, 0.9) <= FILE_P90


def test_functions_are_mostly_short() -> None:
    assert percentile(list(function_lengths().values()), 0.5) <= FUNCTION_MEDIAN
