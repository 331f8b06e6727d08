"""Who there is: credited one after the other, with a word about themselves now and then."""

from domain.accounts.events import AuthorCredited, ProfileUpdated
from domain.event import Event
from ops.generating.cast import Cast, Person
from ops.generating.ids import SeededIds
from ops.generating.prose import Prose
from ops.generating.step import Step
from ops.generating.vocabulary import NAMES, SURNAMES


class Introducing:
    def __init__(self, cast: Cast, ids: SeededIds, prose: Prose, seed: int) -> None:
        self._cast, self._ids, self._prose, self._seed = cast, ids, prose, seed

    def credit(self, *, is_writer: bool) -> Step:
        random, number = self._cast.random, len(self._cast.people)
        first, last = random.choice(NAMES), random.choice(SURNAMES)
        person = Person(self._ids.next(), number)
        self._cast.people.append(person)
        if is_writer:
            self._cast.writers.append(person)
        handle = f"{last.lower()[:12]}-{self._seed % 10_000}-{number}"
        event = AuthorCredited.model_construct(account=person.id, handle=handle, name=f"{first} {last}")
        return _of(person, event)._replace(claims=(("handle", handle),), new_keys_for=person.id)

    def profile(self) -> Step:
        writer, text = self._cast.writer(), self._prose.sentence()
        event = ProfileUpdated.model_construct(account=writer.id, changed=("biography",), biography=text)
        return _of(writer, event)


def _of(person: Person, event: Event) -> Step:
    person.version += 1
    return Step(event, f"account-{person.id}", str(person.id), person.version - 1)
