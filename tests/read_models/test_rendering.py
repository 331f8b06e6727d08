import re

import pytest

from engine.projection.contract import Renderer
from read_models.rendering import COMMENT, RENDERERS, lead

markdown, html = RENDERERS["markdown"].render, RENDERERS["html"].render
MIB = 1024 * 1024

HOSTILE = [
    "<script>alert(1)</script>",
    "<style>body{display:none}</style>",
    '<img src="x" onerror="alert(1)">',
    '<p style="position:fixed">x</p>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="&#106;ava&#115;cript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    '<iframe src="https://example.org"></iframe>',
    "<svg><script>alert(1)</script></svg>",
    '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
    '<form action="https://example.org"><button>x</button></form>',
    '<base href="https://example.org"><meta http-equiv="refresh" content="0">',
    '<a href="https://example.org" target="_blank" onclick="alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "![x](data:text/html,x)",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '<input type="text" autofocus onfocus=alert(1)>',
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("renderer", [*RENDERERS.values(), COMMENT], ids=lambda each: each.name)
def test_nothing_active_passes(text: str, renderer: Renderer) -> None:
    tags = [tag.lower() for tag in re.findall(r"<[^>]*>", renderer.render(text))]
    for active in ("script", "style", "iframe", "svg", "math", "form", "base", "meta", "button", "on", "javascript"):
        assert not [tag for tag in tags if re.search(rf'[<" ]{active}', tag)]
    for active in ("data:", "target=", "autofocus", 'type="text"'):
        assert not [tag for tag in tags if active in tag]


def test_a_comment_has_no_pictures_ids_or_headings_and_its_links_are_a_users() -> None:
    found = COMMENT.render("# Big\n\n![pixel](https://example.org/p.png)\n\n<b id='top'>[a](https://example.org)</b>")
    assert found == ('Big\n<p></p>\n<p><b><a href="https://example.org" rel="nofollow noopener ugc">a</a></b></p>\n')


def test_markdown_as_on_github_is_rendered() -> None:
    found = markdown("~~a~~\n\n|h|\n|:-:|\n|x|\n\n- [x] done\n\n```python\n1 < 2\n```\n\n> [!NOTE]\n> b\n")
    assert "<del>a</del>" in found
    assert '<th align="center">h</th>' in found
    assert 'type="checkbox"' in found
    assert '<code class="language-python">1 &lt; 2\n</code>' in found
    assert '<blockquote class="markdown-alert-note">' in found


def test_links_gain_no_trust() -> None:
    assert markdown("[a](https://example.org)") == (
        '<p><a href="https://example.org" rel="nofollow noopener">a</a></p>\n'
    )


def test_pictures_and_relative_links_pass() -> None:
    found = markdown("![a cat](/media/cat.png) [up](../other) [mail](mailto:a@example.org)")
    assert '<img src="/media/cat.png" alt="a cat">' in found
    assert 'href="../other"' in found
    assert 'href="mailto:a@example.org"' in found


def test_ids_keep_apart_from_the_page_around() -> None:
    found = markdown("# A {#login}\n\n[there](#login) a[^1]\n\n[^1]: note")
    assert '<h1 id="text-login">' in found
    assert found.count('href="#text-login"') == 1
    assert 'href="#text-1"' in found
    assert 'id="text-1"' in found


def test_rendering_is_the_same_every_time() -> None:
    text = "- [ ] a\n- [x] b\n\n<abbr lang=en title=x dir=ltr id=y>z</abbr>"
    assert len({markdown(text) for _ in range(50)}) == 1


@pytest.mark.parametrize(
    "text",
    ["a" * MIB, "漢" * (MIB // 3), "&" * MIB, "<" * MIB, '"' * MIB, "\\" * MIB, "\n" * MIB, "a\n\n" * (MIB // 3)],
    ids=["ascii", "chinese", "ampersands", "less", "quotes", "backslashes", "newlines", "paragraphs"],
)
def test_the_largest_bodies_are_rendered(text: str) -> None:
    for render in (markdown, html):
        assert len(lead(render(text))) <= 301


COSTLY = {
    "open blocks": "<div>" * (MIB // 5),
    "open quotes": "> " * (MIB // 2),
    "open formatting before paragraphs": "".join(f"<b id={i}>" for i in range(9_000)) + "<p>x" * 100_000,
    "ends hidden in attributes": '<div title="</div>">' * (MIB // 20),
    "ends hidden in comments": "<div><!--</div>-->" * (MIB // 18),
    "ends that a table hides": "<div><table><td></div></table>" * (MIB // 30),
    "entities": "&x;" * (MIB // 3),
    "a link's text over again": "[a]: " + "x" * 1_000 + "\n\n" + "[a]" * (MIB // 3),
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_costly_markup_costs_seconds_at_most_and_grows_little(text: str) -> None:
    for render in (markdown, html):
        assert len(render(text)) < 32 * MIB


def test_costly_markup_is_shown_as_the_text_that_it_is() -> None:
    assert html("<div>" * 10_000).startswith("<pre>&lt;div&gt;")
    assert markdown("> " * 10_000).startswith("<pre>&gt; &gt; ")


def test_so_is_markup_that_multiplies_itself() -> None:
    assert html("<p>" + "".join(f"<b id={i}>" for i in range(100)) + "<p>x" * 500).startswith(
        "<pre>&lt;p&gt;&lt;b id=0"
    )


def test_so_are_entities_without_end() -> None:
    assert html("&x;" * 60_000).startswith("<pre>&amp;x;")


def test_entities_in_great_numbers_mean_what_they_meant() -> None:
    pairs = "&amp;&lt;b&gt;&quot;"
    assert html(f"<p title='{pairs}'>" + pairs * 2_000 + "</p>") == (
        '<p title="&amp;&lt;b&gt;&quot;">' + "&amp;&lt;b&gt;&quot;" * 2_000 + "</p>"
    )


def test_a_long_honest_page_passes_whole() -> None:
    block = "<p><strong>A <em>b</em> <a href='/x'>c</a></strong> <code>d</code></p><ul><li>e<li>f</ul>"
    found = html(block * 5_000)
    assert found.count("<strong>") == 5_000


def test_the_lead_is_made_of_paragraphs_and_ends_at_a_word() -> None:
    found = lead(markdown("# Title\n\n```\ncode\n```\n\n" + "word &amp; " * 100))
    assert found.startswith("word & word")
    assert found.endswith(("word &…", "word…"))
    assert len(found) <= 301


def test_the_lead_of_text_without_spaces_is_cut_anywhere() -> None:
    assert lead(markdown("漢" * 400)) == "漢" * 300 + "…"


def test_the_lead_of_a_table_alone_is_its_text() -> None:
    assert lead(markdown("|a|b|\n|-|-|\n|c|d|")) == "ab cd"
