"""User-Personalization and Personalized-Ranking: what a user with this history is likely to take next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Self

import numpy as np

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Progress, Query, Recommender, silent
from local_personalize.recommenders.dataset import Dataset
from local_personalize.recommenders.ease import REGULARISATION
from local_personalize.recommenders.metadata import item_features
from local_personalize.recommenders.signals import Shape, Signals, Weights
from local_personalize.recommenders.splitting import within_percentiles
from local_personalize.recommenders.trained import Arrays, Trained
from local_personalize.recommenders.transitions import WINDOW
from local_personalize.recommenders.tuning import HALF_LIVES, Choice, choose

USUAL_HIDDEN_DIMENSION = 149


class UserPersonalization(Recommender):
    """Scores every item by the signals of the user's history; a user without one gets popularity."""

    def __init__(self, trained: Trained, signals: Signals, choice: Choice) -> None:
        super().__init__(trained)
        self.signals = signals
        self.choice = choice
        self.temperature = choice.temperature

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        features, shape = item_features(dataset), _shape(parameters)
        rows = within_percentiles(dataset.interactions, parameters)
        progress(0.05, "Choosing weights on an inner split of the users")
        choice = _known_choice(parameters) or choose(
            rows, features, shape, seed=seed, half_lives=_half_lives(parameters)
        )
        progress(0.5, "Learning which items go together and which follow")
        return cls(Trained.of(dataset), Signals.fit(rows, features, shape), choice)

    def scores(self, query: Query) -> Floats:
        history = self.seen(query)
        if not history.size:
            return self.popularity()
        answer = np.asarray(self.signals.relevance([history], self.choice.weights)[0])
        answer[np.unique(history)] -= self.choice.seen_offset
        return answer

    def explain(self, query: Query, item_id: str) -> dict[str, float]:
        """Split the personal part of an item's score into one addend per item of the user's history.

        What is left of the score is the item's popularity and, for a seen item, the offset of seen items.
        """
        history = self.seen(query)
        if not history.size or item_id not in self.trained.item_index:
            return {}
        parts = self.signals.contributions(history, self.choice.weights, self.trained.item_index[item_id])
        return {self.item_ids[place]: part for place, part in parts.items()}

    def tuned(self) -> dict[str, str]:
        flat = {**asdict(self.choice.weights), "temperature": self.temperature, "seen_offset": self.choice.seen_offset}
        return {f"tuned_{name}": repr(float(value)) for name, value in flat.items()}

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        return self.signals.arrays(), self.tuned()

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        choice = _known_choice(settings)
        if choice is None:
            raise KeyError("The saved model lacks what was chosen at training.")
        return cls(trained, Signals.from_arrays(arrays), choice)


class Hrnn(UserPersonalization):
    """The legacy recipe that knows no metadata."""

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        return super().fit(Dataset(dataset.interactions), parameters, seed=seed, progress=progress)


def _shape(parameters: Mapping[str, str]) -> Shape:
    """Read hidden_dimension as how freely E may fit (fewer dimensions, more held back) and bptt as how far T looks."""
    dimension = float(parameters.get("hidden_dimension", USUAL_HIDDEN_DIMENSION))
    return Shape(REGULARISATION * USUAL_HIDDEN_DIMENSION / dimension, int(parameters.get("bptt", WINDOW)))


def _half_lives(parameters: Mapping[str, str]) -> tuple[float, ...]:
    """Read recency_mask: without it all past events weigh the same."""
    return HALF_LIVES if parameters.get("recency_mask", "True").lower() == "true" else (float("inf"),)


def _known_choice(parameters: Mapping[str, str]) -> Choice | None:
    """Read what tuned() gave, so that nothing is searched again."""
    if "tuned_half_life" not in parameters:
        return None
    numbers = {
        name.removeprefix("tuned_"): float(text) for name, text in parameters.items() if name.startswith("tuned_")
    }
    temperature, seen_offset = numbers.pop("temperature"), numbers.pop("seen_offset")
    return Choice(Weights(**numbers), temperature, seen_offset)
