"""The format of a backup, and taking one."""
