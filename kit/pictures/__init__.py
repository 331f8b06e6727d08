"""Smaller forms of a picture, made by libvips in a confined process."""
