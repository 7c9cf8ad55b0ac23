"""Item-Affinity and Item-Attribute-Affinity: the users most likely to choose an item, or one of several.

score = z(E) + z(T) + w log(1 + events of the user), z over the users, E and T the signals of the personal score. E sees
whole histories, which tell users apart better than their newest events do, and T histories that fade. w is chosen by
the recall of the top 1 % of the users on the newest fifth of each history: affinity alone is no better than activity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Progress, Query, Recommender, silent
from local_personalize.recommenders.dataset import Dataset, Interactions
from local_personalize.recommenders.metadata import item_features
from local_personalize.recommenders.metrics import best
from local_personalize.recommenders.progress import part
from local_personalize.recommenders.signals import Shape, Signals, Weights
from local_personalize.recommenders.sparse_rows import Matrix, weighted_histories
from local_personalize.recommenders.splitting import newest_share
from local_personalize.recommenders.trained import Arrays, Trained
from local_personalize.recommenders.tuning import REPEATS_ALLOWED, repeat_rate

ACTIVITY_WEIGHTS = (1.0, 0.5, 2.0, 0.0)
JUDGED_ITEMS = 300
TRUTH_SHARE = 0.2
TOP_USERS = 0.01
USUAL = Weights()


class ItemAffinity(Recommender):
    """Scores users for items; as a recommender of items it scores by the same signals."""

    def __init__(self, trained: Trained, signals: Signals, activity_weight: float, repeats: float) -> None:
        super().__init__(trained)
        self.signals = signals
        self.activity_weight = activity_weight
        self.repeats = repeats
        self.activity: Floats = np.log1p(np.diff(trained.offsets))
        self.whole, self.fading = (_histories(trained, half_life) for half_life in (np.inf, USUAL.half_life))

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        rows = dataset.interactions
        chosen = parameters.get("tuned_activity_weight")
        weight = float(chosen) if chosen else _activity_weight(dataset, part(progress, 0, 0.6))
        signals = Signals.fit(rows, item_features(dataset), Shape(), progress=part(progress, 0.6, 1))
        return cls(Trained.of(dataset), signals, weight, repeat_rate(rows))

    def scores(self, query: Query) -> Floats:
        history = self.seen(query)
        return self.signals.relevance([history], USUAL)[0] if history.size else self.popularity()

    def user_scores(self, *item_ids: str) -> Floats:
        """Return a score per user, (users,), for choosing one of the items; an attribute is all items that have it.

        Users who had every one of the items come last where repeats are rare; for unknown items activity decides.
        """
        places = [self.trained.item_index[item_id] for item_id in item_ids if item_id in self.trained.item_index]
        answer = self.activity_weight * self.activity
        for signal in self._signals(places):
            answer = answer + (signal - signal.mean()) / (signal.std() or 1.0)
        if places and self.repeats < REPEATS_ALLOWED:
            had = (self.whole[:, places] > 0).sum(axis=1) == len(places)
            answer = np.where(had, answer - np.ptp(answer) - 1, answer)
        return np.asarray(answer)

    def tuned(self) -> dict[str, str]:
        return {"tuned_activity_weight": repr(self.activity_weight)}

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        return self.signals.arrays(), {"activity_weight": self.activity_weight, "repeats": self.repeats}

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        return cls(trained, Signals.from_arrays(arrays), settings["activity_weight"], settings["repeats"])

    def _signals(self, places: list[int]) -> tuple[Floats, Floats]:
        """Return E and T of every user for the items together."""
        together = np.zeros(len(self.item_ids))
        for place in places:
            together += self.signals.together.towards(place)
        follows = self.signals.follows[:, places].sum(axis=1)
        return np.asarray(self.whole @ together), np.asarray(self.fading @ follows)


def segment_recall(recommender: ItemAffinity, truths: Mapping[str, set[int]]) -> dict[str, list[float]]:
    """Judge the top 1 % of the users for each item against those who chose it: hits, and their share of all who did."""
    count = max(1, round(TOP_USERS * len(recommender.user_ids)))
    hits = {
        item: len(truth.intersection(best(recommender.user_scores(item), count).tolist()))
        for item, truth in truths.items()
    }
    return {
        "hit": [float(hit) for hit in hits.values()],
        "recall": [hit / len(truths[item]) for item, hit in hits.items()],
    }


def users_of(interactions: Interactions, most: int) -> dict[str, set[int]]:
    """Return the users of each item, for the items with most of them."""
    counts = np.bincount(interactions.items, minlength=len(interactions.item_ids))
    chosen = best(counts.astype(np.float64), min(most, int((counts > 0).sum())))
    return {
        interactions.item_ids[place]: set(interactions.users[interactions.items == place].tolist())
        for place in chosen.tolist()
    }


def _activity_weight(dataset: Dataset, progress: Progress) -> float:
    """Choose on the newest fifth of each history."""
    rows = dataset.interactions
    newest = newest_share(rows, TRUTH_SHARE)
    training = Dataset(rows.where(~newest), dataset.items)
    signals = Signals.fit(training.interactions, item_features(training), Shape(), progress=part(progress, 0, 0.6))
    trained, truths = Trained.of(training), users_of(rows.where(newest), JUDGED_ITEMS)
    trials = [ItemAffinity(trained, signals, weight, repeat_rate(rows)) for weight in ACTIVITY_WEIGHTS]
    recalls = list[float]()
    for number, trial in enumerate(trials):
        progress(0.6 + 0.4 * number / len(trials), "Choosing the weight of activity")
        recalls.append(float(np.mean(segment_recall(trial, truths)["recall"] or [0.0])))
    return ACTIVITY_WEIGHTS[int(np.argmax(recalls))]


def _histories(trained: Trained, half_life: float) -> Matrix:
    """Return each user's history as it fades: (users, items)."""
    rows = [trained.items[start:stop] for start, stop in zip(trained.offsets[:-1], trained.offsets[1:], strict=True)]
    return weighted_histories(rows, half_life, len(trained.item_ids))
