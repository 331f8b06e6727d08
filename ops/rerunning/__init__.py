"""Jobs as an operator sees them, and asks for them again."""
