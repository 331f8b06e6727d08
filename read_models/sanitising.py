"""Makes HTML safe to show: prose, tables, code and pictures pass; scripts, styles, handlers and frames do not."""

import nh3

from read_models.markup_cost import is_affordable

_ID_PREFIX = "text-"
_GROWTH = 8
_MANY_ENTITIES = 1_000
_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_TAGS_OF_COMMENTS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "hr",
        "i",
        "ins",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "strike",
        "strong",
        "sub",
        "sup",
        "ul",
    ]
)
_DROPPED_WHOLE = {"script", "style", "template", "iframe", "object", "noscript", "noembed", "noframes"}
_ATTRIBUTES = {
    "*": {"title", "lang", "dir", "id"},
    "a": {"href", "hreflang"},
    "blockquote": {"cite"},
    "code": {"class"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "input": {"checked"},
    "ins": {"cite", "datetime"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_SIDES = {"align": {"left", "center", "right"}}
_ALERTS = {f"markdown-alert-{kind}" for kind in ("note", "tip", "important", "warning", "caution")}
_CLASSES = {
    "blockquote": _ALERTS,
    "div": {"footnote-definition"},
    "sup": {"footnote-reference", "footnote-definition-label"},
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WHOLE,
    attributes=_ATTRIBUTES,
    tag_attribute_values={"td": _SIDES, "th": _SIDES, "input": {"type": {"checkbox"}}},
    # one attribute alone: the order of several would change from run to run, and rebuilt rows are compared
    set_tag_attribute_values={"input": {"disabled": ""}},
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener",
    id_prefix=_ID_PREFIX,
)
# What strangers write below a post: no pictures that tell who reads, no ids, nothing that looks like the page itself.
_COMMENT_CLEANER = nh3.Cleaner(
    tags=_TAGS_OF_COMMENTS,
    clean_content_tags=_DROPPED_WHOLE,
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener ugc",
)
# The sanitiser's time grows with the square of a run of entities. These four only ever mean a character, so
# noncharacters may stand for them meanwhile: they stay in text and attribute values, and become the entities again.
_STAND_INS = (("&amp;", "\ufdd0"), ("&lt;", "\ufdd1"), ("&gt;", "\ufdd2"), ("&quot;", "\ufdd3"))


def sanitise(html: str) -> str | None:
    """Safe HTML of a post; None for markup made to be costly."""
    clean = _cleaned(html, _CLEANER)
    # ids are prefixed so that none takes the name of something on the page around; links within the text follow
    return None if clean is None else clean.replace('<a href="#', f'<a href="#{_ID_PREFIX}')


def sanitise_comment(html: str) -> str | None:
    """The same of a comment, of which less passes."""
    return _cleaned(html, _COMMENT_CLEANER)


def _cleaned(html: str, cleaner: nh3.Cleaner) -> str | None:
    entities = html.count("&")
    html = _with_stand_ins(html) if entities > _MANY_ENTITIES else html
    if not is_affordable(html):
        return None
    clean = cleaner.clean(html)
    if len(clean) > _GROWTH * len(html) + 4096:
        return None
    return _without_stand_ins(clean) if entities > _MANY_ENTITIES else clean


def _with_stand_ins(html: str) -> str:
    for _, stand_in in _STAND_INS:
        html = html.replace(stand_in, "\ufffd")
    for entity, stand_in in _STAND_INS:
        html = html.replace(entity, stand_in)
    return html


def _without_stand_ins(html: str) -> str:
    for entity, stand_in in _STAND_INS:
        html = html.replace(stand_in, entity)
    return html
