"""Posts from the log to Markdown with front matter."""
