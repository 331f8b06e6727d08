"""Programs that look at what strangers sent: in a process of their own that can take little and outlives nobody."""
