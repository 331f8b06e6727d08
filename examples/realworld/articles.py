"""Articles, and the comments below them: lists, feed, reading, writing, favourites, tags."""

import re
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from examples.realworld.answers import Anybody, Given, SignedIn, answer
from examples.realworld.doors import Caller, Wrong
from examples.realworld.people import profile

router = APIRouter(prefix="/api")

Limit = Annotated[int, Query(ge=1)]
Offset = Annotated[int, Query(ge=0)]
_MOST, _LONGEST_SLUG, _FILTERS = 100, 80, ("tag", "author", "liked_by")
_SHOWN = {"slug": "slug", "title": "title", "excerpt": "description", "tags": "tagList", "likes": "favoritesCount"}
_SHOWN |= {"published_at": "createdAt", "updated_at": "updatedAt"}


class New(BaseModel):
    title: Given
    excerpt: Given = Field(alias="description")
    body: Given
    tags: list[str] = Field([], alias="tagList")


class Changed(New):
    title: Given = ""
    excerpt: Given = Field("", alias="description")
    body: Given = ""


class Comment(BaseModel):
    body: Given


@router.get("/articles/feed")
async def feed(caller: SignedIn, limit: Limit = 20, offset: Offset = 0) -> Response:
    return await _page(caller, limit, offset, following="true")


@router.get("/articles")
async def list_articles(request: Request, caller: Anybody, limit: Limit = 20, offset: Offset = 0) -> Response:
    given = {name: request.query_params.get(name.replace("liked_by", "favorited")) for name in _FILTERS}
    return await _page(caller, limit, offset, **{name: value for name, value in given.items() if value})


async def _page(caller: Caller, limit: int, offset: int, **asked: Any) -> Response:
    """The platform's lists have cursors and no offsets: what is to be skipped is read along."""
    posts, profiles, end, total = list[Any](), dict[str, Any](), offset + min(limit, _MOST), 0
    asked |= {"order": "-published_at", "total": "true", "profiles": "true"}
    async for page in caller.pages("/posts", limit=min(end, _MOST), **asked):
        posts, profiles, total = posts + page["items"], profiles | page["profiles"], page["total"]
        if len(posts) >= end or offset >= total:
            break
    return answer({"articles": [_card(post, profiles) for post in posts[offset:end]], "articlesCount": total})


@router.get("/articles/{slug}")
async def read_article(caller: Anybody, slug: str) -> Response:
    post = await _post(caller, slug)
    body = {"body": post.get("body", post["html"])}  # where the platform keeps sources to itself, HTML
    return answer({"article": {**_card(post, post["profiles"]), **body}})


@router.post("/articles")
async def write_article(caller: SignedIn, article: Annotated[New, Body(embed=True)]) -> Response:
    done = await caller.write("POST", "/posts", {**article.model_dump(), "publish": True})
    made = await read_article(caller, done["id"])
    made.status_code = 201
    return made


@router.put("/articles/{slug}")
async def change_article(caller: SignedIn, slug: str, article: Annotated[Changed, Body(embed=True)]) -> Response:
    post = await _post(caller, slug)
    await caller.write("PATCH", f"/posts/{post['id']}", article.model_dump(exclude_unset=True))
    if article.title and article.title != post["title"]:
        words = "-".join(re.findall(r"[^\W_]+", article.title.lower()))[:_LONGEST_SLUG].rstrip("-") or "article"
        await caller.write("PUT", f"/posts/{post['id']}/slug", {"slug": f"{words}-{post['id'][-6:]}"})
    return await read_article(caller, post["id"])


@router.delete("/articles/{slug}", status_code=204)
async def delete_article(caller: SignedIn, slug: str) -> None:
    await caller.write("DELETE", f"/posts/{(await _post(caller, slug))['id']}")


@router.api_route("/articles/{slug}/favorite", methods=["POST", "DELETE"])
async def favorite(request: Request, caller: SignedIn, slug: str) -> Response:
    post = (await _post(caller, slug))["id"]
    await caller.write("PUT" if request.method == "POST" else "DELETE", f"/posts/{post}/like")
    return await read_article(caller, post)


@router.get("/tags")
async def list_tags(caller: Anybody) -> Response:
    return answer({"tags": [tag["name"] async for page in caller.pages("/tags", limit=_MOST) for tag in page["items"]]})


@router.get("/articles/{slug}/comments")
async def list_comments(caller: Anybody, slug: str) -> Response:
    return answer({"comments": [_comment(item, profiles) for item, profiles in await _thread(caller, slug)]})


@router.post("/articles/{slug}/comments")
async def write_comment(caller: SignedIn, slug: str, comment: Annotated[Comment, Body(embed=True)]) -> Response:
    post = (await _post(caller, slug))["id"]
    done = await caller.write("POST", f"/posts/{post}/comments", comment.model_dump())
    written = await caller.read(f"/comments/{done['id']}", profiles="true")
    return answer({"comment": _comment(written, written["profiles"])}, 201)


@router.delete("/articles/{slug}/comments/{number}", status_code=204)
async def delete_comment(caller: SignedIn, slug: str, number: int) -> None:
    found = [item["id"] for item, _ in await _thread(caller, slug) if _number(item) == number]
    if not found:
        raise Wrong(404, {"comment": "not found"})
    await caller.write("DELETE", f"/comments/{found[0]}")


async def _post(caller: Caller, slug: str) -> Any:
    """By its slug or id. The contract knows no drafts: one's own are not there either."""
    post = await caller.read(f"/posts/{quote(slug, safe='')}", profiles="true")
    if post["status"] != "published":
        raise Wrong(404, {"article": "not found"})
    return post


def _card(post: dict[str, Any], profiles: dict[str, Any]) -> dict[str, Any]:
    shown = {theirs: post[ours] for ours, theirs in _SHOWN.items()}
    return shown | {"favorited": post.get("liked", False), "author": profile(post["authors"][0], profiles)}


async def _thread(caller: Caller, slug: str) -> list[tuple[Any, Any]]:
    """All comments that can be read, each with the profiles of its page."""
    pages = caller.pages(f"/posts/{(await _post(caller, slug))['id']}/comments", limit=1_000, profiles="true")
    return [(item, page["profiles"]) async for page in pages for item in page["items"] if item["status"] != "gone"]


def _number(comment: dict[str, Any]) -> int:
    """Ids are numbers in the contract: as many of the comment's random bits as JavaScript's numbers hold."""
    return UUID(comment["id"]).int & (1 << 53) - 1


def _comment(item: dict[str, Any], profiles: dict[str, Any]) -> dict[str, Any]:
    times = {"createdAt": item["written_at"], "updatedAt": item["edited_at"] or item["written_at"]}
    written = {"body": item.get("body", item["html"]), "author": profile(item["author"], profiles)}
    return {"id": _number(item), **times, **written}
