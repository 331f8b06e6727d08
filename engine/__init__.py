"""Event sourcing that knows no noun of publishing."""
