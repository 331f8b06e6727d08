"""What is made of a text is made once, whoever works on it further."""

from concurrent.futures import ThreadPoolExecutor

from engine.projection.contract import Renderer
from engine.projection.memo import BatchMemo, Wish
from tests.projection.notes import Shouting


async def test_a_renderer_that_works_on_anothers_result_lets_it_work_once() -> None:
    shouting = Shouting()
    cheering = Renderer("cheer", 1, lambda shout: shout + "!", of=shouting.renderer)
    memo = BatchMemo()
    with ThreadPoolExecutor(2) as workers:
        await memo.complete([Wish("note-a", cheering, "hello"), Wish("note-a", shouting.renderer, "hello")], workers)
    assert (memo.get(cheering, "hello"), memo.get(shouting.renderer, "hello")) == ("HELLO!", "HELLO")
    assert shouting.count == 1


def test_what_works_on_anothers_result_renders_a_text_by_itself_too() -> None:
    cheering = Renderer("cheer", 1, lambda shout: shout + "!", of=Shouting().renderer)
    assert cheering.render("hello") == "HELLO!"
