"""Reading the whole log with the code at hand."""
