"""A picture or a film is taken in. Its bytes are stored already."""

from uuid import UUID

from domain.command import Actor, Context, Decision
from domain.media.content import FileName
from domain.media.events import MediaUploaded
from domain.media.media import Media, uses
from domain.media.media_command import MediaCommand
from domain.media.refusals import MediaExists, NothingUploaded, OwnerMissing
from domain.posts.refusals import AuthorRoleRequired
from domain.rights import require_sign_in


class UploadMedia(MediaCommand):
    filename: FileName | None = None
    """As it is called where it comes from."""

    def decide(self, state: Media | None, context: Context) -> Decision:
        owner = uploader(context.actor)
        if state is not None:
            raise MediaExists("A medium of this id exists; make a new id.", field="/media")
        if context.stored_bytes is None:
            raise NothingUploaded("Send the bytes to POST /media.")
        stored = context.stored_bytes
        uploaded = MediaUploaded(
            media=self.media,
            owner=owner,
            sha256=stored.sha256,
            media_type=stored.media_type,
            size_bytes=stored.size_bytes,
            width=stored.width,
            height=stored.height,
            filename=self.filename or None,
        )
        return Decision(events=(uploaded,), claims=uses(self.media, stored.sha256))


def uploader(actor: Actor) -> UUID:
    """Whose a new medium will be.

    Raises:
        SignInRequired, AuthorRoleRequired, OwnerMissing: nobody's, so there is no need to send the bytes.
    """
    require_sign_in(actor)
    if not (actor.is_editor or "author" in actor.roles):
        raise AuthorRoleRequired("Uploading takes the role author; an admin may grant it.")
    if actor.account is None:
        raise OwnerMissing("A medium is somebody's: sign in as them.")
    return actor.account
