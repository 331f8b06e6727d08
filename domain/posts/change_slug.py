"""Another slug is wanted; the old ones go on leading to the post, and may be taken back."""

from domain.command import Context, Decision
from domain.posts.events import SlugChanged
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post
from domain.posts.slugs import Slug, claim_asked


class ChangeSlug(PostCommand):
    slug: Slug

    def decide(self, state: Post | None, context: Context) -> Decision:
        post = own_post(state, context)
        if self.slug == post.slug:
            return Decision()
        claims = () if self.slug in post.slugs else (claim_asked(self.slug, context),)
        return Decision(events=(SlugChanged(post=self.post, slug=self.slug),), claims=claims)
