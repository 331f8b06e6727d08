"""What is parked, and how it is folded again or given up."""
