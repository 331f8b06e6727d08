"""Rights at the doors of the command API. What ends an account comes last."""

from tests.rights.table import ADMINS, EDITORS, GIVEN, MEMBERS, OPEN, OWN, OWN_ALONE, PUBLIC, H, N, Right, S, Y

_REPLY = {"body": "A line."}

POSTS = (
    Right("POST /posts", "a new post", MEMBERS, {"title": "A title"}),
    Right("PATCH /posts/{post}", "a draft", OWN, {"title": "Another title"}),
    Right("PATCH /posts/{post}", "a published post", OWN, {"title": "Another title"}),
    Right("PUT /posts/{post}/slug", "a published post", OWN, {"slug": "{new}"}),
    Right("POST /posts/{post}/publish", "a draft", OWN),
    Right(
        "POST /posts/{post}/publish",
        "a draft, with a date",
        (S, N, N, Y, Y, S),
        {"published_at": "2020-01-01T00:00:00Z"},
    ),
    Right("POST /posts/{post}/schedule", "a draft", OWN, {"publish_at": "{later}"}),
    Right("POST /posts/{post}/unschedule", "a scheduled post", OWN),
    Right("POST /posts/{post}/unpublish", "a published post", OWN),
    Right("POST /posts/{post}/archive", "a published post", OWN),
    Right("POST /posts/{post}/restore", "an archived post", OWN),
    Right("POST /posts/{post}/preview", "a draft", OWN),
    Right("DELETE /posts/{post}", "a published post", OWN),
    Right("PUT /posts/{post}/like", "a published post", MEMBERS),
    Right("PUT /posts/{post}/like", "a draft", (S, N, H, N, N, S)),
    Right("DELETE /posts/{post}/like", "a published post", MEMBERS),
)
COMMENTS = (
    Right("POST /posts/{post}/comments", "a published post", MEMBERS, _REPLY),
    Right("POST /posts/{post}/comments", "a draft", (S, N, H, N, N, S), _REPLY),
    Right("PATCH /comments/{comment}", "a comment", OWN_ALONE, _REPLY),
    Right("DELETE /comments/{comment}", "a comment", OWN),
    Right("DELETE /comments/{comment}", "a comment on one's post", OWN),
    Right("POST /comments/{comment}/flag", "a comment", (S, N, Y, Y, Y, S)),
    Right("POST /comments/{comment}/approve", "a hidden comment", EDITORS),
    Right("POST /comments/{comment}/reject", "a comment", EDITORS),
)
MEDIA = (
    Right("POST /media", "a new medium", MEMBERS),
    Right("PATCH /media/{media}", "a medium", OWN, {"alt": "The sea."}),
    Right("DELETE /media/{media}", "a medium", OWN),
)
TAXONOMY = (
    Right("POST /categories", "a new category", EDITORS, {"name": "{new}"}),
    Right("PATCH /categories/{category}", "a category", EDITORS, {"name": "{new}"}),
    Right("DELETE /categories/{category}", "a category", EDITORS),
    Right("POST /tags/{tag}/rename", "a tag", EDITORS, {"name": "{new}"}),
    Right("PUT /site", "the site", ADMINS, {"title": "A site", "base_url": "https://site.example"}),
)
WEBHOOKS = (
    Right("POST /webhooks", "a new webhook", ADMINS, {"url": "https://hooks.example/posts"}),
    Right("PATCH /webhooks/{webhook}", "a webhook", ADMINS, {"rotate_secret": True}),
    Right("POST /webhooks/{webhook}/pause", "a webhook", ADMINS),
    Right("POST /webhooks/{webhook}/resume", "a webhook", ADMINS),
    Right("POST /webhooks/{webhook}/test", "a webhook", ADMINS),
    Right("GET /webhooks/{webhook}/deliveries", "a webhook", ADMINS),
    Right("DELETE /webhooks/{webhook}", "a webhook", ADMINS),
)
OTHERS = (
    Right("PUT /accounts/{handle}/follow", "somebody", MEMBERS),
    Right("DELETE /accounts/{handle}/follow", "somebody", MEMBERS),
    Right("PUT /accounts/{handle}/roles/{role}", "somebody", ADMINS),
    Right("DELETE /accounts/{handle}/roles/{role}", "somebody", ADMINS),
    Right("POST /accounts/{handle}/suspend", "somebody", ADMINS, {"reason": "A reason."}),
    Right("POST /accounts/{handle}/reinstate", "somebody suspended", ADMINS),
    Right("POST /authors", "a credited author", ADMINS, {"handle": "{new}", "name": "A writer"}),
)
SIGNING_IN = (
    Right("POST /auth/token", "a password", GIVEN),
    Right("POST /auth/revoke", "a token", GIVEN),
    Right("POST /auth/introspect", "a token", GIVEN),
    Right("GET /.well-known/jwks.json", "keys", OPEN),
    Right("GET /head", "how far the log has got", OPEN),
    Right("POST /auth/forgot", "an address", PUBLIC, {"address": "nobody@example.org"}),
    Right("POST /auth/reset", "a link", (*GIVEN[:5], S), {"token": "{link}", "password": "a line that is long enough"}),
    Right("POST /accounts/confirm", "a link", (*GIVEN[:5], S), {"token": "{link}"}),
    Right("POST /unsubscribe", "a link", (*GIVEN[:5], S), query="?token=forged"),
    Right(
        "POST /accounts",
        "a new account",
        PUBLIC,
        {"handle": "{new}", "address": "{new}@example.org", "name": "A name", "password": "a line that only I know"},
    ),
)
OWN_ACCOUNT = (
    Right("POST /commands", "lines, each as at its own door", MEMBERS),
    Right("POST /auth/api-tokens", "one's own token", MEMBERS, {"name": "a program"}),
    Right("DELETE /auth/api-tokens/{token}", "an API token", (S, Y, H, H, H, S)),
    Right("PATCH /accounts/me", "one's own account", MEMBERS, {"biography": "Writes."}),
    Right("PUT /accounts/me/notifications", "one's own account", MEMBERS, {"by_mail": ["comment"]}),
    Right("POST /accounts/me/address", "one's own account", MEMBERS, {"address": "{new}@example.org"}),
    Right("POST /accounts/me/confirmation", "one's own account", MEMBERS),
    Right("POST /accounts/me/handle", "one's own account", MEMBERS, {"handle": "{new}"}),
    Right(
        "POST /accounts/me/password",
        "one's own account",
        MEMBERS,
        {"current_password": "{password}", "password": "another line, longer still"},
    ),
    Right("DELETE /accounts/me", "one's own account", MEMBERS),
)
RIGHTS = (*POSTS, *COMMENTS, *MEDIA, *TAXONOMY, *WEBHOOKS, *OTHERS, *SIGNING_IN, *OWN_ACCOUNT)
