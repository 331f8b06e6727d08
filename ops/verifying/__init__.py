"""Parts of `verify` and `repair`: what is compared, and how it is told."""
