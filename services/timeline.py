"""A newcomer's list as it turns personal: one answer before the first event, and one after each."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

from services.catalog import Item
from services.connection import Connection
from services.events import SentEvent, Tracker, send
from services.past import Past
from services.recommendations import RankedItem, Recommendations, genre_shares

LATE = 5.0
"""Seconds by which a look may be late and still tell when the list changed: the page may not have been open."""

PERSONAL = 0.5
"""A list is called personal when more than this share of it is not in the list that strangers get."""

Ask = Callable[[], Recommendations]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds from one look for a changed list to the next, and after which nobody looks any more."""

    pause: float
    patience: float


AT_ONCE, AWS = Pace(0.0, 0.0), Pace(5.0, 90.0)
"""On this machine the next request hears an event; AWS promises seconds, and says that it can take longer."""


@dataclass(frozen=True)
class Moment:
    """The list after an event; the first moment has none."""

    answer: Recommendations
    event: SentEvent | None = None
    delay: float | None = None
    """Seconds from the event's acknowledgement to the first list that differed; None when none did."""
    measured: bool = True
    """False for a moment that was over before anybody looked: the list is told by the endpoint, the delay by nobody."""
    waited: float = 0.0
    """Seconds from the event's acknowledgement to the last look."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """When the newest event was acknowledged and when the next look is due, both of time.monotonic."""

    began: float
    due: float

    @property
    def seconds(self) -> float:
        """Return for how long the list has not changed."""
        return time.monotonic() - self.began


@dataclass
class Timeline:
    """Everything that was seen of one user at one deployment."""

    user_id: str
    session_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    moments: list[Moment] = field(default_factory=list)
    waiting: Waiting | None = None
    """Set while the newest event has not changed the list and somebody still looks."""
    queue: list[str] = field(default_factory=list)
    """The ids of the items that are to be watched."""

    @property
    def events(self) -> list[SentEvent]:
        """Return the events in the order of sending."""
        return [moment.event for moment in self.moments if moment.event]

    def shares(self, genre: str) -> list[float]:
        """Return a genre's share of the list at every moment."""
        lists = ([entry.item for entry in moment.answer.items] for moment in self.moments)
        return [genre_shares(items).get(genre, 0.0) for items in lists]

    def distances(self, common: Collection[str]) -> list[float]:
        """Return at every moment the share of the list that is not in the list that everybody gets."""
        lists = (moment.answer.item_ids for moment in self.moments)
        return [sum(item not in common for item in listed) / max(len(listed), 1) for listed in lists]


def opened(user_id: str, answer: Recommendations, past: Past | None) -> Timeline:
    """Return a timeline that ends with this answer; past is what the endpoint tells of what went before."""
    if past is None:
        return Timeline(user_id, moments=[Moment(answer)])
    lists = [*(_told(listed, answer) for listed in past.lists[:-1]), answer]
    moments = [Moment(listed, event, measured=False) for listed, event in zip(lists, (None, *past.events), strict=True)]
    return Timeline(user_id, moments=moments)


def _told(listed: tuple[RankedItem, ...], like: Recommendations) -> Recommendations:
    return Recommendations(listed, like.call, "", 0.0)


@dataclass
class Beside:
    """What another deployment answered on the same events: its list by the number of events at which it was asked."""

    answers: dict[int, Recommendations] = field(default_factory=dict)

    def at(self, place: int, ask: Ask, now: int, *, settled: bool = True) -> Recommendations | None:
        """Return the list after that many events, asking where that is now; None for a moment that is over unasked.

        What is asked before the newest event has settled is not kept.
        """
        if place != now or place in self.answers:
            return self.answers.get(place)
        answer = ask()
        if settled:
            self.answers[place] = answer
        return answer


def opened_beside(answer: Recommendations, past: Past | None, now: int) -> Beside:
    """Return what another deployment answered after so many events, and before as far as the endpoint tells it."""
    before = past.lists[:-1] if past else ()
    first = now - len(before)
    told = {first + place: _told(listed, answer) for place, listed in enumerate(before) if first + place >= 0}
    return Beside({**told, now: answer})


def personal_after(distances: Iterable[float]) -> int | None:
    """Return the number of events after which most of the list is no longer everybody's; None while it is."""
    return next((place for place, distance in enumerate(distances) if distance > PERSONAL), None)


def pace_of(connection: Connection, *, hears_events: bool) -> Pace:
    """Return how to look for the effect of an event: once, where it is there at once or never."""
    return AWS if hears_events and not connection.is_local else AT_ONCE


def watch(connection: Connection, tracker: Tracker, timeline: Timeline, item: Item, event_type: str) -> SentEvent:
    """Send one event and add its moment, with the list of before until a look finds another. Raises ClientError."""
    event = send(connection, tracker, timeline.user_id, timeline.session_id, item.item_id, event_type)
    timeline.moments.append(Moment(timeline.moments[-1].answer, event))
    now = time.monotonic()
    timeline.waiting = Waiting(now, due=now)
    return event


def look(timeline: Timeline, ask: Ask, pace: Pace) -> None:
    """Ask for the list where that is due; the wait ends when the list has changed or patience is over."""
    waiting, before = timeline.waiting, timeline.moments[-1]
    if waiting is None or time.monotonic() < waiting.due:
        return
    late = time.monotonic() - waiting.due > LATE
    answer, waited = ask(), waiting.seconds
    changed = answer.item_ids != before.answer.item_ids
    timeline.moments[-1] = replace(
        before, answer=answer, delay=waited if changed else None, measured=not (changed and late), waited=waited
    )
    over = changed or waited >= pace.patience
    timeline.waiting = None if over else replace(waiting, due=max(waiting.due + pace.pause, time.monotonic()))


def fresh_user(
    ask: Callable[[str], Recommendations], used: Collection[str], given: set[str], start: int, tries: int = 25
) -> str:
    """Return the first number that nobody knows as a user: not among the used ones, and with a stranger's list.

    Nor is it among those that were given to somebody else; what is tried is added to them.
    """
    stranger = ask(str(uuid.uuid4())).item_ids
    numbers = (str(number) for number in itertools.count(start))
    for candidate in itertools.islice(
        (number for number in numbers if number not in used and number not in given), tries
    ):
        given.add(candidate)  # before asking: another visitor may be looking for a number too
        if ask(candidate).item_ids == stranger:
            return candidate
    return f"new-{uuid.uuid4().hex[:8]}"


def growing_genre(before: Iterable[Item], after: Iterable[Item]) -> str:
    """Return the genre whose share grew most; "" where no item has a genre."""
    old, new = genre_shares(before), genre_shares(after)
    return max(new, key=lambda genre: new[genre] - old.get(genre, 0.0), default="")
