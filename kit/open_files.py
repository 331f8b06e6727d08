"""How many files and connections a process may have open at a time."""

import resource


def allow_most() -> None:
    """Takes what the machine allows: many a shell starts processes with 1,024, which a thousand connections use up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
