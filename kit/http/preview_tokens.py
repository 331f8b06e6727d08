"""What a preview link is signed as: never an access token, and no access token is one."""

AUDIENCE = "palimpsest-preview"
CLAIMS = ("sub", "post", "iat", "exp", "iss", "aud")
