"""Decides commands of one stream one after the other, and joins their decisions into one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.commands.ports import Command, Guard, Name, Secret


@dataclass(slots=True)
class Plan:
    """What one append has to store, and the state it leads to."""

    state: Any
    events: list[Any] = field(default_factory=list)
    claims: list[Name] = field(default_factory=list)
    releases: list[Name] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    secrets: dict[str, Secret] = field(default_factory=dict)
    new_keys_for: UUID | None = None
    destroyed_keys: list[tuple[UUID, Any]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.events


def decide_all(commands: Sequence[Command], state: Any, context: Any) -> Plan:
    """Each command is decided on the state that the one before leaves. Raises the first refusal."""
    plan = Plan(state)
    for command in commands:
        _add(plan, command.decide(plan.state, context), type(command).aggregate)
    if plan.is_empty and (plan.claims or plan.secrets or plan.releases or plan.destroyed_keys):
        raise ValueError(f"{type(commands[0]).__name__} changes something without saying so by an event")
    return plan


def _add(plan: Plan, decision: Any, aggregate: type[Any]) -> None:
    for event in decision.events:
        plan.state = aggregate.evolve(plan.state, event)
        plan.events.append(event)
    for name in decision.releases:
        _move(name, away_from=plan.claims, to=plan.releases)
    for name in decision.claims:
        _move(name, away_from=plan.releases, to=plan.claims)
    plan.guards.extend(decision.guards)
    plan.secrets.update({secret.kind: secret for secret in decision.secrets})
    plan.new_keys_for = decision.new_keys_for or plan.new_keys_for
    plan.destroyed_keys.extend(decision.destroyed_keys)


def _move(name: Name, *, away_from: list[Name], to: list[Name]) -> None:
    """A name claimed by one command and released by the next is neither."""
    if name in away_from:
        away_from.remove(name)
    if name not in to:
        to.append(name)
