"""Addresses that mail servers refuse, as an operator sees them."""
