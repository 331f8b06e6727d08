"""Writes what a mail says from its template, in the language of whoever reads it, as text and as HTML.

A template is one text for both: the subject, then paragraphs with an empty line before each. In HTML every value is
escaped; in text it stands as it is.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_FOLDER = Path(__file__).parent / "templates"
LANGUAGES = {"en": "en", "zh": "zh-Hans"}
"""The folders of templates, and what their language is as HTML names it."""
_FALLBACK = "en"


class Written(NamedTuple):
    subject: str
    text: str
    html: str


def written(template: str, language: str, values: dict[str, Any]) -> Written:
    """Values go in as they are, but for a mail's own marks: `unsubscribe`, when there is one, gives it a foot.

    Args:
        template: its name, the same in every language.
        language: a BCP 47 tag; what there are no templates for is written in English.
        values: all that the template names.
    """
    folder = folder_of(language)
    foot = f"{folder}/foot.jinja" if "unsubscribe" in values else ""
    subject, *paragraphs = _paragraphs(_texts(), f"{folder}/{template}.jinja", values)
    feet = _paragraphs(_texts(), foot, values) if foot else []
    layout = _pages().get_template("layout.html")
    html = layout.render(
        language=LANGUAGES[folder],
        subject=subject,
        paragraphs=[_marked(each) for each in _paragraphs(_pages(), f"{folder}/{template}.jinja", values)[1:]],
        foot=_marked(_paragraphs(_pages(), foot, values)[0]) if foot else None,
    )
    return Written(" ".join(subject.split()), "\n\n".join((*paragraphs, *feet)) + "\n", html)


def folder_of(language: str) -> str:
    spoken = language.partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else _FALLBACK


def _paragraphs(environment: Environment, template: str, values: dict[str, Any]) -> list[str]:
    whole = environment.get_template(template).render(values)
    return [paragraph.strip() for paragraph in re.split(r"\n\s*\n", whole.strip())]


def _marked(paragraph: str) -> Markup:
    return Markup("<br>\n".join(paragraph.split("\n")))  # noqa: S704 - rendered by an environment that escapes


@cache
def _texts() -> Environment:
    return _made(is_html=False, button=lambda _says, link: link, named=lambda says, link: f"{says}\n{link}")


@cache
def _pages() -> Environment:
    return _made(is_html=True, button=_anchor, named=_anchor)


def _made(*, is_html: bool, **words: Any) -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=is_html,  # noqa: S701 - what is not HTML needs no escaping
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"counted": _counted, **words}
    return made


def _anchor(says: str, link: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(link, says)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
