"""POST /categories, PATCH and DELETE /categories/{id}."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from domain.command import Command
from domain.taxonomy.create_category import CreateCategory
from domain.taxonomy.delete_category import DeleteCategory
from domain.taxonomy.move_category import MoveCategory
from domain.taxonomy.rename_category import RenameCategory
from kit.ids import new_id

router = APIRouter(tags=["categories"])

_PARENT = {"type": ["string", "null"], "maxLength": 200, "description": "an id or a slug; null: at the top"}


@router.post(
    "/categories",
    summary="Begin a category",
    **door(CreateCategory, omit=["category"], example={"name": "Lighthouses", "parent": "coast"}, status=201),
)
async def create_category(request: Request) -> Response:
    at_door = await asked(request)
    category = new_id()
    command = build(CreateCategory, at_door.fields(), category=category)
    return await at_door.carry_out(command, status=201, location=f"/categories/{category}", about=category)


@router.patch(
    "/categories/{category}",
    summary="Rename or move a category",
    **door(
        RenameCategory,
        MoveCategory,
        omit=["category"],
        given={"parent": _PARENT},
        example={"name": "Lights", "parent": None},
    ),
)
async def change_category(request: Request, category: UUID) -> Response:
    at_door = await asked(request)
    fields = at_door.fields()
    moved = {name: fields.pop(name) for name in ("parent",) if name in fields}
    commands: list[Command] = [build(RenameCategory, fields, category=category)]
    if moved:
        commands.append(build(MoveCategory, moved, category=category))
    return await at_door.carry_out(*commands, about=category)


@router.delete("/categories/{category}", summary="Delete an empty category", **door(DeleteCategory, omit=["category"]))
async def delete_category(request: Request, category: UUID) -> Response:
    at_door = await asked(request)
    return await at_door.carry_out(build(DeleteCategory, at_door.fields(), category=category), about=category)
