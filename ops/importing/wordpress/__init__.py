"""WordPress exports (WXR) to articles."""
