"""Where a webhook's messages arrive: counts all that comes, and takes nothing about some posts until told otherwise."""

from dataclasses import dataclass, field

from tests.journeys.hook_receiver import HookReceiver, Taken


@dataclass(frozen=True, slots=True)
class Arrived:
    id: str
    kind: str
    post: str
    was_accepted: bool


@dataclass(slots=True)
class Endpoint(HookReceiver):
    """`arrived` in order. Refuses what is about one of the posts in `refused`, for as long as they are there."""

    arrived: list[Arrived] = field(default_factory=list)

    def accepted(self, post: str) -> list[Arrived]:
        return [each for each in list(self.arrived) if each.was_accepted and each.post == post]

    def refusals(self, post: str) -> int:
        return sum(not each.was_accepted and each.post == post for each in list(self.arrived))

    def take(self, taken: Taken) -> int:
        self.taken.append(taken)
        post = str(taken.said["data"].get("post"))
        was_accepted = post not in self.refused
        self.arrived.append(Arrived(taken.headers["webhook-id"], taken.said["type"], post, was_accepted))
        return 204 if was_accepted else 500
