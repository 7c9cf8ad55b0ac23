"""Next-Best-Action: what a user is likely to do next when asked to, worth more where the action is.

log-odds p = log-odds of the action's chance + log P(action | user) / P(action), the second from the personal score of
what users took. chance = (taken + k base) / (asked + k), asked counting events of all types (Taken, Not Taken, Viewed);
where events have no such types it is the share of users. score = log(p value / highest value): without values the
published score is the propensity itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Integers, Progress, Query, Recommender, silent
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.trained import Arrays, Trained
from local_personalize.recommenders.user_personalization import UserPersonalization

TAKEN = "taken"
VALUE = "VALUE"
NO_TASTE = frozenset({VALUE, "ACTION_EXPIRATION_TIMESTAMP", "REPEAT_FREQUENCY"})
"""Columns of the Actions dataset that say nothing of what the action is about."""
SHRINKAGE = 20.0
LEAST = 1e-9


class NextBestAction(Recommender):
    """Holds a personal model of what was taken, and the chance and value of every action."""

    def __init__(self, personal: UserPersonalization, chances: Floats, values: Floats, *, typed: bool) -> None:
        super().__init__(personal.trained)
        self.personal = personal
        self.chances = chances
        self.values = values
        self.typed = typed

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        rows, typed = dataset.interactions, _is_typed(dataset.interactions)
        took = rows.where(cls.relevant(rows))
        taste = Dataset(took, _taste(dataset.items), dataset.users)
        personal = UserPersonalization.fit(taste, parameters, seed=seed, progress=progress)
        return cls(personal, _chances(personal.trained, rows, typed=typed), _values(dataset), typed=typed)

    @classmethod
    def relevant(cls, rows: Interactions) -> NDArray[np.bool_]:
        if not _is_typed(rows) or rows.event_types is None:
            return np.ones(len(rows), dtype=np.bool_)
        names = [name.lower() == TAKEN for name in rows.event_type_names]
        return np.array(names, dtype=np.bool_)[rows.event_types]

    def seen(self, query: Query) -> Integers:
        return super().seen(self._of_taken(query))

    def scores(self, query: Query) -> Floats:
        personal = self.personal
        liked = personal.publish(personal.scores(self._of_taken(query)))
        usual = personal.publish(personal.popularity())
        odds = self.chances / (1 - self.chances) * np.maximum(liked, LEAST) / np.maximum(usual, LEAST)
        return np.asarray(np.log(odds / (1 + odds)) + np.log(self.values))

    def publish(self, scores: Floats, candidates: Integers | None = None) -> Floats:
        """Return propensities times value, each between 0 and 1; unlike probabilities of items they have no sum."""
        return np.exp(scores if candidates is None else scores[candidates])

    def tuned(self) -> dict[str, str]:
        return self.personal.tuned()

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        arrays, settings = self.personal.state()
        own = {"actions.chances": self.chances, "actions.values": self.values}
        return {**arrays, **own}, {"personal": settings, "typed": self.typed}

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        personal = UserPersonalization.from_state(trained, arrays, settings["personal"])
        return cls(personal, arrays["actions.chances"], arrays["actions.values"], typed=settings["typed"])

    def _of_taken(self, query: Query) -> Query:
        """Return the query without events that tell of no taken action."""
        if not self.typed:
            return query
        return replace(query, events=tuple(event for event in query.events if event.event_type.lower() == TAKEN))


def _is_typed(rows: Interactions) -> bool:
    return any(name.lower() == TAKEN for name in rows.event_type_names)


def _chances(trained: Trained, rows: Interactions, *, typed: bool) -> Floats:
    if not typed:
        return np.asarray((trained.item_users + 0.5) / (len(trained.user_ids) + 1))
    asked = np.bincount(rows.items, minlength=len(trained.item_ids))
    base = (trained.item_events.sum() + 0.5) / (asked.sum() + 1)
    return np.asarray((trained.item_events + SHRINKAGE * base) / (asked + SHRINKAGE))


def _values(dataset: Dataset) -> Floats:
    """Return each action's value over the highest, above 0 and at most 1; one without a value has the mean."""
    known: dict[str, float] = {}
    if dataset.items is not None and VALUE in dataset.items.columns:
        cells = zip(dataset.items.ids, dataset.items.columns[VALUE], strict=True)
        known = {action: float(cell) for action, cell in cells if cell is not None and float(cell) > 0}
    mean = float(np.mean(list(known.values()))) if known else 1.0
    values = np.array([known.get(action, mean) for action in dataset.item_ids])
    return np.asarray(values / values.max(initial=LEAST))


def _taste(actions: Table | None) -> Table | None:
    if actions is None:
        return None
    return replace(actions, columns={name: cells for name, cells in actions.columns.items() if name not in NO_TASTE})
