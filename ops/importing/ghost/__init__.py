"""Ghost exports (JSON) to articles."""
