"""Many commands over one connection: a line in, a line out."""
