"""Follows: whose posts an account wants to see."""
