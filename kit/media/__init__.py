"""What a file is, read from its own bytes without decoding it."""
