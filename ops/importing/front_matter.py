"""Cuts a file into front matter and body, and reads the front matter. Every value stays text: no dates, no numbers."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from ops.importing.remarks import Refused

_FENCE = re.compile(r"(---|\+\+\+)[ \t]*\r?\n")
_MAX_CHARACTERS = 64 << 10
_DEEPEST = 20


@dataclass(slots=True)
class Document:
    fields: Mapping[str, Any]
    body: str
    warnings: list[str] = field(default_factory=list)
    has_front_matter: bool = True
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of each field, from 1."""


def parse(text: str) -> Document:
    """Raises Refused: the front matter is not to be understood."""
    opening = _FENCE.match(text)
    if not opening:
        return Document({}, text, has_front_matter=False)
    fence = re.escape(opening[1])
    closing = re.compile(rf"^{fence}[ \t]*(?:\r?\n|\Z)", re.MULTILINE).search(text, opening.end())
    if not closing:
        raise Refused("the front matter has no end", line=1)
    head = text[opening.end() : closing.start()]
    if len(head) > _MAX_CHARACTERS:
        raise Refused(f"the front matter is longer than {_MAX_CHARACTERS} characters", line=1)
    body = re.sub(r"\A\r?\n", "", text[closing.end() :])
    document = Document({}, body, lines=_lines(head))
    document.fields = _toml(head) if opening[1] == "+++" else _yaml(head, document.warnings)
    return document


def _yaml(head: str, warnings: list[str]) -> Mapping[str, Any]:
    try:
        found = _load(head)
    except yaml.YAMLError as problem:
        if "\t" not in head:
            raise _refused(problem) from problem
        try:
            found = _load(head.replace("\t", "  "))
        except yaml.YAMLError:
            raise _refused(problem) from problem
        warnings.append("tabs in the front matter were read as spaces")
    if not isinstance(found, dict) and found:
        raise Refused("the front matter is not a list of `name: value`", line=2)
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}


class _Texts(yaml.CBaseLoader):
    """Constructs nothing but texts, lists and mappings; a plain null, or nothing, is None."""


_Texts.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
_Texts.add_constructor("tag:yaml.org,2002:null", lambda _loader, _node: None)


def _load(head: str) -> Any:
    _check_depth(head)
    return yaml.load(head, _Texts)  # noqa: S506 - safer than the safe loader, which makes dates and numbers


def _check_depth(head: str) -> None:
    """Before anything is made of it: the loader recurses in C, where too deep is the end of the process."""
    depth = 0
    for event in yaml.parse(head, _Texts):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            mark = event.start_mark
            raise Refused("the front matter is nested too deeply", line=mark.line + 2 if mark else 1)


def _refused(problem: yaml.YAMLError) -> Refused:
    mark = getattr(problem, "problem_mark", None)
    what = getattr(problem, "problem", None) or "not YAML"
    return Refused(f"the front matter cannot be read: {what}", line=mark.line + 2 if mark else 1)


def _toml(head: str) -> Mapping[str, Any]:
    try:
        return {name: _as_text(value) for name, value in tomllib.loads(head).items()}
    except tomllib.TOMLDecodeError as problem:
        found = re.search(r"line (\d+)", str(problem))
        raise Refused(f"the front matter cannot be read: {problem}", line=int(found[1]) + 1 if found else 1) from None


def _as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    if isinstance(value, dict):
        return {name: _as_text(one) for name, one in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)


def _lines(head: str) -> Mapping[str, int]:
    names = (re.match(r"([\w-]+)\s*[:=]", line) for line in head.splitlines())
    return {found[1]: number for number, found in enumerate(names, 2) if found}
