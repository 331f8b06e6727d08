"""Who is asking: passwords, sign-in sessions, tokens, and limits on trying."""
