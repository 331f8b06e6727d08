"""Refusals about who asks, whatever the aggregate."""

from typing import ClassVar
from uuid import UUID

from domain.command import Actor
from domain.refusal import Refusal


class SignInRequired(Refusal):
    status: ClassVar[int] = 401


class AdminsOnly(Refusal):
    status: ClassVar[int] = 403


class EditorRoleRequired(Refusal):
    status: ClassVar[int] = 403


class NotYourAccount(Refusal):
    status: ClassVar[int] = 403


class OnlyTheSystem(Refusal):
    """A step that a door, a job or an operator takes after checking something that a command cannot carry."""

    status: ClassVar[int] = 403


def require_sign_in(actor: Actor) -> None:
    if actor.account is None and not actor.is_system:
        raise SignInRequired("Sign in first.")


def require_admin(actor: Actor) -> None:
    require_sign_in(actor)
    if not actor.is_admin:
        raise AdminsOnly("Only an admin may do this.")


def require_editor(actor: Actor) -> None:
    require_sign_in(actor)
    if not actor.is_editor:
        raise EditorRoleRequired("Only an editor may do this.")


def require_system(actor: Actor, instead: str) -> None:
    if not actor.is_system:
        raise OnlyTheSystem(instead)


def require_self(actor: Actor, account: UUID) -> None:
    require_sign_in(actor)
    if actor.account != account and not actor.is_system:
        raise NotYourAccount("Only the account itself may do this.")


def require_self_or_admin(actor: Actor, account: UUID) -> None:
    require_sign_in(actor)
    if actor.account != account and not actor.is_admin:
        raise NotYourAccount("Only the account itself or an admin may do this.")
