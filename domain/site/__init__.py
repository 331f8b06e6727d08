"""The site as a whole: what it is called and where it is."""
