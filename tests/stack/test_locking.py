"""One supervisor a home."""

from pathlib import Path

from stack.locking import Lock, holder


def test_one_of_two_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first, second = Lock(path), Lock(path)
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_a_number_in_the_file_means_nothing_when_nobody_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text("1")
    assert holder(path) is None
