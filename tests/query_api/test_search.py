from secrets import token_hex
from typing import Any
from urllib.parse import quote

import pytest

from tests.command_api.asking import Member, code
from tests.query_api.press import Press

PREFIX = "".join(chr(ord("a") + int(digit, 16)) for digit in token_hex(4))


def word(name: str) -> str:
    """One that no other test writes, and that no language's stemmer shortens."""
    return f"{PREFIX}{name}x"


async def found(press: Press, query: str) -> list[dict[str, Any]]:
    answer = await press.get(f"/search?{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return [] if answer.json()["is_near"] else items


async def titles(press: Press, typed: str, more: str = "") -> list[str]:
    return [item["title"] for item in await found(press, f"q={quote(typed)}{more}")]


async def test_posts_are_found_by_all_of_the_words_title_hits_first(press: Press) -> None:
    ana, gull, tide = await press.author(), word("gull"), word("tide")
    await press.published(ana, "Only told in its text", body=f"{gull} and {tide}, {gull} {gull}")
    await press.published(ana, f"Of {gull} and {tide}", body="Little")
    await press.published(ana, f"Of {gull} alone", body="Nothing of the other")
    await press.project()
    assert await titles(press, f"{tide} {gull}") == [f"Of {gull} and {tide}", "Only told in its text"]
    assert len(await titles(press, gull)) == 3


async def test_what_a_text_is_mostly_about_comes_first(press: Press) -> None:
    ana, reef = await press.author(), word("reef")
    others = " ".join(f"{letter}{other}" for letter in "abcdefghijklmnopqrst" for other in ("one", "two", "three")) * 2
    await press.published(ana, "In passing", body=f"{others} {reef}")
    await press.published(ana, "All about it", body=f"{others} {reef} {reef} {reef} {reef}")
    await press.project()
    assert await titles(press, reef) == ["All about it", "In passing"]


async def test_words_are_stemmed_by_the_language_of_the_post_and_accents_do_not_matter(press: Press) -> None:
    ana = await press.author()
    await press.published(ana, f"Running {word('en')}", body="The keepers", language="en-GB")
    await press.published(ana, f"Canciones {word('es')}", body="Écoles privées", language="es")
    await press.project()
    assert await titles(press, f"runs keeper {word('en')}") == [f"Running {word('en')}"]
    assert await titles(press, f"CANCIÓN {word('es')}", "&language=es") == [f"Canciones {word('es')}"]
    assert await titles(press, f"ecoles {word('es')}") == [f"Canciones {word('es')}"]
    assert await titles(press, word("es"), "&language=en") == []
    assert await titles(press, word("en"), "&language=en") == [f"Running {word('en')}"]


@pytest.mark.parametrize("typed", ["塔", "東京", "京タワ", "タワーへ行く"])
async def test_scripts_that_do_not_part_words_are_found_by_any_run(press: Press, typed: str) -> None:
    ana, mark = await press.author(), token_hex(6)
    await press.published(ana, f"塔 {mark}", body="明日は東京タワーへ行く。", language="ja", tags=[mark])
    await press.project()
    [item] = await found(press, f"q={quote(typed)}&tag={mark}")
    assert f"<mark>{typed}</mark>" in " ".join([item["highlights"]["title"], *item["highlights"]["text"]])
    assert await found(press, f"q={quote('行東')}&tag={mark}") == []


async def test_what_was_found_is_marked_in_safe_html(press: Press) -> None:
    ana, kelp = await press.author(), word("kelp")
    body = f"First <b>bold</b> &lt;script&gt; {'and so on ' * 30}{kelp} & more {'words ' * 60}{kelp}"
    await press.published(ana, f"<i> {kelp.upper()} & co", body=body, format="html")
    await press.project()
    [item] = await found(press, f"q={kelp}")
    assert item["highlights"]["title"] == f"&lt;i&gt; <mark>{kelp.upper()}</mark> &amp; co"
    first, second = item["highlights"]["text"]
    assert f"<mark>{kelp}</mark> &amp; more" in first
    assert first.startswith("…")
    assert second.endswith(f"<mark>{kelp}</mark>")


async def test_near_misses_are_shown_when_nothing_is_found(press: Press) -> None:
    ana, name = await press.author(), word("lighthouse")
    await press.published(ana, f"The keeper of the {name}", body="Some")
    await press.project()
    wrong = name.replace("ghth", "gth")
    answer = (await press.get(f"/search?q={wrong}")).json()
    assert [item["title"] for item in answer["items"]] == [f"The keeper of the {name}"]
    assert answer["is_near"]
    assert not (await press.get(f"/search?q={name}")).json()["is_near"]
    assert (await press.get(f"/search?q={wrong}&language=fi")).json() == {"items": [], "next": None, "is_near": False}


async def test_pages_hold_everything_once(press: Press) -> None:
    ana, foam = await press.author(), word("foam")
    for number in range(5):
        await press.published(ana, f"Of {foam}" if number % 2 else "Other", body=f"{foam} " * (number + 1))
    await press.project()
    whole = [item["id"] for item in await found(press, f"q={foam}")]
    seen: list[str] = []
    path: str | None = f"/search?q={foam}&limit=2"
    while path is not None:
        answer = await press.get(path)
        seen += [item["id"] for item in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else None
    assert seen == whole
    assert len(set(seen)) == 5


async def test_more_than_can_be_ranked_is_bounded(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, sand = await press.author(), word("sand")
    for _ in range(3):
        await press.published(ana, "Bounded", body=sand)
    await press.project()
    statement = _statement_of_two_candidates(monkeypatch)
    rows = await press.parts.database.rows(statement, [], *_begin(), 10, (sand,))
    assert len(rows) == 2


def _statement_of_two_candidates(monkeypatch: pytest.MonkeyPatch) -> str:
    from query_api import search_sql  # noqa: PLC0415 - its limit is changed for a moment

    monkeypatch.setattr(search_sql, "CANDIDATES", 2)
    return search_sql.search_sql.__wrapped__(1, is_filtered=False)


def _begin() -> tuple[Any, ...]:
    from query_api.search import _BEFORE_ALL  # noqa: PLC0415 - beside it

    return _BEFORE_ALL


async def test_a_changed_post_is_found_by_what_it_says_now(press: Press) -> None:
    ana, old, new = await press.author(), word("old"), word("new")
    post = await press.published(ana, f"About {old}", body=old, tags=["Then"])
    await press.project()
    await _ask(ana, "PATCH", f"/posts/{post}", json={"title": f"About {new}", "tags": ["Now"]})
    await press.project()
    assert await titles(press, f"about {old}") == [f"About {new}"]
    assert await titles(press, new, "&tag=now") == [f"About {new}"]
    assert await titles(press, old, "&tag=then") == []
    await _ask(ana, "POST", f"/posts/{post}/unpublish")
    await press.project()
    assert await titles(press, new) == []
    await _ask(ana, "POST", f"/posts/{post}/publish")
    await press.project()
    assert await titles(press, new) == [f"About {new}"]


async def test_what_was_hidden_is_not_found_though_the_words_lag_behind(press: Press) -> None:
    ana, mist = await press.author(), word("mist")
    post = await press.published(ana, f"Of {mist}", body=mist)
    await _ask(ana, "POST", f"/posts/{post}/unpublish")
    await press.project()
    lagging = "UPDATE serving.search SET is_published = true, published_at = now() WHERE post = $1"
    assert await press.change_read_database(lagging, post) == "UPDATE 1"
    assert await titles(press, mist) == []


async def _ask(by: Member, method: str, path: str, **how: Any) -> None:
    answer = await by.ask(method, path, **how)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "typed", ["!!! ...", "a" * 200, "%", "' OR 1=1 --", "🙂", "é" * 100, " ".join("abcdefghijklmn")]
)
async def test_whatever_is_typed_is_answered(press: Press, typed: str) -> None:
    assert (await press.get(f"/search?q={quote(typed)}")).status_code == 200


@pytest.mark.parametrize("query", ["", "q=", "q=%20", f"q={'a' * 201}", "q=a&limit=0", "q=a&cursor=x", "q=a&author=b"])
async def test_parameters_that_are_not_as_they_should_be_are_refused(press: Press, query: str) -> None:
    assert code(await press.get(f"/search?{query}")) == (422, "InvalidRequest")
