"""A newcomer's list as it turns personal: one answer before the first event, and one after each."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from services.catalog import Item
from services.connection import Connection
from services.events import SentEvent, Tracker, send
from services.past import Past
from services.recommendations import RankedItem, Recommendations, genre_shares

LOCAL_PATIENCE = 2.0
AWS_PATIENCE = 90.0
"""Seconds to wait for a list to change; AWS promises seconds, and says that it can take longer."""

PERSONAL = 0.5
"""A list is called personal when more than this share of it is not in the list that strangers get."""

Ask = Callable[[], Recommendations]
Waiting = Callable[[float], None]


@dataclass(frozen=True)
class Moment:
    """The list after an event; the first moment has none."""

    answer: Recommendations
    event: SentEvent | None = None
    delay: float | None = None
    """Seconds from the event's acknowledgement to the first list that differed; None when none did."""
    measured: bool = True
    """False for a moment that was over before anybody looked: the list is told by the endpoint, the delay by nobody."""


@dataclass
class Timeline:
    """Everything that was seen of one user at one deployment."""

    user_id: str
    session_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    moments: list[Moment] = field(default_factory=list)

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

    def at(self, place: int, ask: Ask, now: int) -> Recommendations | None:
        """Return the list after that many events, asking where that is now; None for a moment that is over unasked."""
        if place == now and place not in self.answers:
            self.answers[place] = ask()
        return self.answers.get(place)


def opened_beside(answer: Recommendations, past: Past | None, now: int) -> Beside:
    """Return what another deployment answered after so many events, and before as far as the endpoint tells it."""
    before = past.lists[:-1] if past else ()
    first = now - len(before)
    told = {first + place: _told(listed, answer) for place, listed in enumerate(before) if first + place >= 0}
    return Beside({**told, now: answer})


def personal_after(distances: Iterable[float]) -> int | None:
    """Return the number of events after which most of the list is no longer everybody's; None while it is."""
    return next((place for place, distance in enumerate(distances) if distance > PERSONAL), None)


def watch(
    connection: Connection,
    tracker: Tracker,
    timeline: Timeline,
    item: Item,
    event_type: str,
    ask: Ask,
    waiting: Waiting = lambda seconds: None,
    *,
    patient: bool = True,
) -> Moment:
    """Send one event, ask again until the list changes or patience ends, and add the moment. Raises ClientError.

    With patient=False, for a recipe that hears no events, the list is asked for once.
    """
    event = send(connection, tracker, timeline.user_id, timeline.session_id, item.item_id, event_type)
    before = timeline.moments[-1].answer.item_ids
    acknowledged = time.monotonic()
    patience, pause = (LOCAL_PATIENCE, 0.25) if connection.is_local else (AWS_PATIENCE, 5.0)
    patience = patience if patient else 0.0
    while True:
        answer = ask()
        elapsed = time.monotonic() - acknowledged
        if answer.item_ids != before or elapsed >= patience:
            break
        waiting(elapsed)
        time.sleep(pause)
    moment = Moment(answer, event, elapsed if answer.item_ids != before else None)
    timeline.moments.append(moment)
    return moment


def fresh_user(ask: Callable[[str], Recommendations], used: Collection[str], start: int, tries: int = 25) -> str:
    """Return the first number that nobody knows as a user: not among the used ones, and with a stranger's list."""
    stranger = ask(str(uuid.uuid4())).item_ids
    numbers = (str(number) for number in itertools.count(start))
    for candidate in itertools.islice((number for number in numbers if number not in used), tries):
        if ask(candidate).item_ids == stranger:
            return candidate
    return f"new-{uuid.uuid4().hex[:8]}"


def growing_genre(before: Iterable[Item], after: Iterable[Item]) -> str:
    """Return the genre whose share grew most; "" where no item has a genre."""
    old, new = genre_shares(before), genre_shares(after)
    return max(new, key=lambda genre: new[genre] - old.get(genre, 0.0), default="")
