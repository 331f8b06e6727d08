"""XML as bytes, from trees that hold any text."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """A child; characters that XML 1.0 cannot hold are left out."""
    made = ET.SubElement(parent, name, {key: allowed(value) for key, value in attributes.items()})
    made.text = None if text is None else allowed(text)
    return made


def allowed(text: str) -> str:
    return _NOT_ALLOWED.sub("", text)


def moment(at: datetime) -> str:
    """As RFC 3339 has it, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def document(root: ET.Element) -> bytes:
    found: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found
