"""HTTP as both APIs speak it: problems, bearer tokens, conditional requests, request ids, limits."""
