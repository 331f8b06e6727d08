"""Baseline: the plain blog a good FastAPI + SQLAlchemy tutorial builds: insert or select one row, JWT checked."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

from benchmarks.baselines.empty_post import NewPost

KEY = os.environ["BASELINE_KEY"]
engine = create_async_engine(os.environ["BASELINE_URL"], pool_size=32, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Model(DeclarativeBase):
    pass


class Tag(Model):
    __tablename__ = "blog_tags"
    post_id: Mapped[UUID] = mapped_column(ForeignKey("blog_posts.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(50), primary_key=True)


class Post(Model):
    __tablename__ = "blog_posts"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    author: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC).replace(tzinfo=None))
    tags: Mapped[list[Tag]] = relationship()


class PostOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: UUID
    author: str
    slug: str
    title: str
    body: str
    created_at: datetime


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(Model.metadata.create_all)
    yield
    await engine.dispose()


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as one:
        yield one


def author(authorization: Annotated[str, Header()]) -> str:
    try:
        claims: dict[str, Any] = jwt.decode(authorization.removeprefix("Bearer "), KEY, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    return str(claims["sub"])


app = FastAPI(lifespan=lifespan)


@app.post("/posts", status_code=201)
async def create(
    new: NewPost, by: Annotated[str, Depends(author)], db: Annotated[AsyncSession, Depends(session)]
) -> PostOut:
    post = Post(id=uuid4(), author=by, slug=f"{new.title.lower()}-{uuid4().hex[:8]}", title=new.title, body=new.body)
    post.tags = [Tag(name=name) for name in new.tags]
    db.add(post)
    await db.commit()
    return PostOut.model_validate(post)


@app.get("/posts/{slug}")
async def read(slug: str, db: Annotated[AsyncSession, Depends(session)]) -> PostOut:
    post = await db.scalar(select(Post).where(Post.slug == slug).options(selectinload(Post.tags)))
    if post is None:
        raise HTTPException(404)
    return PostOut.model_validate(post)
