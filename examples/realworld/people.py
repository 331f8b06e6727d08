"""Users and profiles: signing up and in, one's own account, following."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel
from starlette.responses import Response

from examples.realworld.answers import Anybody, Given, SignedIn, answer
from examples.realworld.doors import Caller, Wrong

router = APIRouter(prefix="/api")


class Known(BaseModel):
    email: Given
    password: Given


class New(Known):
    username: Given


class Changed(BaseModel):
    username: Given = ""
    email: Given = ""
    password: str | None = None
    bio: str | None = None
    image: str | None = None


@router.post("/users")
async def register(caller: Anybody, user: Annotated[New, Body(embed=True)]) -> Response:
    names = {"handle": user.username, "name": user.username, "address": user.email}
    caller.token = None  # whoever is signed in makes an account for themselves, too
    await caller.write("POST", "/accounts", {**names, "password": user.password})
    made = await sign_in(caller, user)
    made.status_code = 201
    return made


@router.post("/users/login")
async def sign_in(caller: Anybody, user: Annotated[Known, Body(embed=True)]) -> Response:
    return await read_user(await _signed_in(caller, user.email, user.password))


@router.get("/user")
async def read_user(caller: SignedIn) -> Response:
    me, token = await caller.read("/accounts/me"), "~".join(each for each in (caller.token, caller.access) if each)
    shown = {"username": username(me), "bio": me["biography"], "image": me["picture"], "token": token}
    return answer({"user": {**shown, "email": me["new_address"] or me["address"]}})


@router.put("/user")
async def change_user(caller: SignedIn, user: Annotated[Changed, Body(embed=True)]) -> Response:
    me, names = await caller.read("/accounts/me"), {"bio": "biography", "image": "picture"}
    profile = {names[name]: getattr(user, name) or None for name in names if name in user.model_fields_set}
    if user.username and user.username.lower() != me["handle"]:
        await caller.write("POST", "/accounts/me/handle", {"handle": user.username})
    if user.username and username(me) == me["name"]:
        profile["name"] = user.username
    if user.email and user.email != (me["new_address"] or me["address"]):
        await caller.write("POST", "/accounts/me/address", {"address": user.email})
    if profile:
        await caller.write("PATCH", "/accounts/me", profile)
    return await read_user(await _with_password(caller, me["address"], user.password) if user.password else caller)


@router.get("/profiles/{name}")
async def read_profile(caller: Anybody, name: str) -> Response:
    author = await caller.read(f"/authors/{quote(name.lower(), safe='')}")
    return answer({"profile": profile(author, {author["id"]: author})})


@router.api_route("/profiles/{name}/follow", methods=["POST", "DELETE"])
async def follow(request: Request, caller: SignedIn, name: str) -> Response:
    method = "PUT" if request.method == "POST" else "DELETE"
    await caller.write(method, f"/accounts/{quote(name.lower(), safe='')}/follow")
    return await read_profile(caller, name)


def profile(author: dict[str, Any], profiles: dict[str, Any]) -> dict[str, Any]:
    about = profiles.get(author["id"], {})
    shown = {"bio": about.get("biography"), "image": about.get("picture"), "following": about.get("followed", False)}
    return {"username": username(author), **shown}


def username(person: dict[str, Any]) -> str:
    """The handle, with capitals as they wrote it; who closed the account has none."""
    handle, name = person["handle"], person["name"] or ""
    return str(name if handle in {None, name.lower()} else handle)


async def _signed_in(caller: Caller, address: str, password: str, at_most: int = 20) -> Caller:
    form = {"grant_type": "password", "username": address, "password": password}
    access = (await Caller(caller.doors, caller.address).write("POST", "/auth/token", form=form))["access_token"]
    token = {"name": "RealWorld", "expires_in_days": 60, "at_most": at_most}
    made = await Caller(caller.doors, caller.address, access).write("POST", "/auth/api-tokens", token)
    return Caller(caller.doors, caller.address, made["token"], access)


async def _with_password(caller: Caller, address: str, password: str) -> Caller:
    """Whoever has just signed in need not say the old one. All other tokens end."""
    try:
        fresh = Caller(caller.doors, caller.address, caller.access)
        await fresh.write("POST", "/accounts/me/password", {"password": password})
    except Wrong as wrong:
        late = wrong.status in {401, 403}
        raise (Wrong(422, {"password": "cannot be changed now: sign in again"}) if late else wrong) from None
    return await _signed_in(caller, address, password, at_most=1)
