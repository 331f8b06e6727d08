"""What is said of the documents: their links lead somewhere, decisions are short and of one form."""

import re
from pathlib import Path

import pytest

from tests.readme.pages import TEXT
from tests.servers import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(ROOT.glob("docs/**/*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_HEADINGS = ["Context", "Decision", "Consequences", "Rejected"]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    links = _LINK.findall(_CODE.sub("", document.read_text(encoding="utf-8")))
    relative = [link.partition("#")[0] for link in links if ":" not in link and not link.startswith("#")]
    missing = [link for link in relative if not (document.parent / link).exists()]
    assert not missing, f"{named(document)} links to what is not there: {', '.join(missing)}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_into_a_page_leads_to_a_heading(document: Path) -> None:
    links = [link.partition("#") for link in _LINK.findall(_CODE.sub("", document.read_text(encoding="utf-8")))]
    into_pages = [
        (document.parent / page if page else document, part) for page, _, part in links if ":" not in page and part
    ]
    missing = [f"{page.name}#{part}" for page, part in into_pages if part not in headings_of(page)]
    assert not missing, f"{named(document)} links to headings that are not there: {', '.join(missing)}"


def headings_of(page: Path) -> set[str]:
    """As links name them: small letters, hyphens for spaces, nothing but words."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("decision", DECISIONS, ids=named)
def test_a_decision_says_why_in_at_most_60_lines(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60, "say less: a decision is read by everybody"
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [each for each in headings if each in _HEADINGS] == _HEADINGS, f"its headings are {', '.join(_HEADINGS)}"


def test_operations_names_every_setting() -> None:
    for file in ("kit/settings.py", "stack/settings.py"):
        for name in re.findall(r"^    (\w+): ", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE):
            assert f"`{name.upper()}`" in TEXT, f"docs/operations does not say what PALIMPSEST_{name.upper()} is"


def test_operations_names_every_metric() -> None:
    files = [*ROOT.glob("*/metrics.py"), *ROOT.glob("engine/*/metrics.py"), ROOT / "kit" / "http" / "requests.py"]
    found = {name for file in files for name in re.findall(r'"((?:palimpsest|http)_[a-z_]+)"', file.read_text())}
    assert found
    assert not {name for name in found if name not in TEXT}
