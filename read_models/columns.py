"""Column types that read models share."""

from sqlalchemy import DateTime, Text

BYTEWISE = Text(collation="C")
"""Text that is looked up or sorted: compared byte by byte, the same on every machine, and fastest."""

MOMENT = DateTime(timezone=True)
