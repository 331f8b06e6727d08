"""Rights at the doors of the query API."""

from tests.rights.table import ADMINS, EDITORS, MEMBERS, OPEN, PUBLIC, Cell, H, N, Right, S, Y

OWN_HIDDEN = (H, Y, H, Y, Y, S)
_HISTORY = ("/posts/{post}/revisions", "/posts/{post}/revisions/{version}", "/posts/{post}/diff")
_FEEDS = ("", "/tags/{tag}", "/authors/{handle}", "/categories/{category}")
_OF = {
    "": "published posts",
    "/tags/{tag}": "a tag",
    "/authors/{handle}": "somebody",
    "/categories/{category}": "a category",
}


def _history(of: str, cells: tuple[Cell, ...]) -> list[Right]:
    return [Right(f"GET {path}", of, cells, query="?from=1&to=1" if "diff" in path else "") for path in _HISTORY]


POSTS = (
    Right("GET /posts", "published posts", PUBLIC),
    Right("GET /posts", "one's own drafts, editors everybody's", MEMBERS, query="?status=draft"),
    Right("GET /posts/{post}", "a published post", PUBLIC),
    Right("GET /posts/{post}", "a published post with a cover", PUBLIC),
    Right("GET /posts/{post}", "a draft", OWN_HIDDEN),
    Right("GET /posts/{post}", "an archived post", OWN_HIDDEN),
    Right("GET /posts/{post}", "a scheduled post", OWN_HIDDEN),
    *_history("a published post", (S, Y, N, Y, Y, S)),
    *_history("a draft", (S, Y, H, Y, Y, S)),
    Right("GET /search", "published posts", OPEN, query="?q=title"),
    Right("GET /me/posts", "one's own posts", MEMBERS),
    Right("GET /me/feed", "published posts of those one follows", MEMBERS),
    *(Right(f"GET {path}/feed.{kind}", _OF[path], OPEN) for path in _FEEDS for kind in ("atom", "json")),
    Right("GET /sitemap.xml", "published posts", OPEN),
    Right("GET /changes", "what is public", OPEN, query="?seconds=0"),
)
COMMENTS = (
    Right("GET /posts/{post}/comments", "a published post", PUBLIC),
    Right("GET /posts/{post}/comments", "a draft", OWN_HIDDEN),
    Right("GET /comments/{comment}", "a comment", PUBLIC),
    Right("GET /comments/{comment}", "a hidden comment", OWN_HIDDEN),
    Right("GET /comments", "flagged comments", EDITORS, query="?status=flagged"),
)
MEDIA = (
    Right("GET /media/{media}", "a medium", OWN_HIDDEN),
    Right("GET /media/{media}", "a medium that a published post shows", PUBLIC),
    Right("GET /media/{media}/{variant}", "a medium", OWN_HIDDEN),
    Right("GET /media/{media}/{variant}", "a medium that a published post shows", PUBLIC),
    Right("GET /me/media", "one's own media", MEMBERS),
)
THE_REST = (
    Right("GET /tags", "tags of published posts", OPEN),
    Right("GET /categories", "categories", OPEN),
    Right("GET /categories/{category}", "a category", OPEN),
    Right("GET /authors/{handle}", "somebody", PUBLIC),
    Right("GET /site", "the site", OPEN),
    Right("GET /stats", "counts of what is public", OPEN),
    Right("GET /stats/daily", "counts of what is public", OPEN),
    Right("GET /accounts/me", "one's own account", MEMBERS),
    Right("GET /me/notifications", "one's own notices", MEMBERS),
    Right("GET /accounts", "all accounts", ADMINS),
    Right("GET /webhooks", "all webhooks", ADMINS),
    Right("GET /webhooks/{webhook}/deliveries", "a webhook", ADMINS),
)
RIGHTS = (*POSTS, *COMMENTS, *MEDIA, *THE_REST)
