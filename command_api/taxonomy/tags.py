"""POST /tags/{tag}/rename: under another name, or into another tag."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from domain.taxonomy.merge_tags import MergeTags
from domain.taxonomy.rename_tag import RenameTag
from domain.taxonomy.taxonomy_command import TaxonomyCommand

router = APIRouter(tags=["tags"])

_INTO = {
    "type": "string",
    "minLength": 1,
    "maxLength": 50,
    "description": "instead of `name`: the tag to merge it into",
}
_NAME = {"type": "string", "minLength": 1, "maxLength": 50, "description": "the new spelling"}


@router.post(
    "/tags/{tag:path}/rename",
    summary="Rename a tag, or merge it into another",
    description="Posts that have the tag are rewritten one by one; new ones get the new name at once.",
    **door(RenameTag, MergeTags, omit=["tag"], given={"name": _NAME, "into": _INTO}, example={"name": "Ocean"}),
)
async def rename_tag(request: Request, tag: str) -> Response:
    at_door = await asked(request)
    fields = at_door.fields()
    kind: type[TaxonomyCommand] = MergeTags if "into" in fields else RenameTag
    return await at_door.carry_out(build(kind, fields, tag=tag))
