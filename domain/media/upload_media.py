"""A picture or a film is taken in. Its bytes are stored already."""

from domain.command import Context, Decision
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
        require_sign_in(context.actor)
        if not (context.actor.is_editor or "author" in context.actor.roles):
            raise AuthorRoleRequired("Uploading takes the role author; an admin may grant it.")
        if context.actor.account is None:
            raise OwnerMissing("A medium is somebody's: sign in as them.")
        if context.stored_bytes is None:
            raise NothingUploaded("Send the bytes to POST /media.")
        if state is not None:
            raise MediaExists("A medium of this id exists; make a new id.", field="/media")
        stored = context.stored_bytes
        uploaded = MediaUploaded(
            media=self.media,
            owner=context.actor.account,
            sha256=stored.sha256,
            media_type=stored.media_type,
            size_bytes=stored.size_bytes,
            width=stored.width,
            height=stored.height,
            filename=self.filename or None,
        )
        return Decision(events=(uploaded,), claims=uses(self.media, stored.sha256))
