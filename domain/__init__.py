"""What can be asked, what can happen, and when it is refused. Pure: no I/O, no clock, no ids made inside."""
