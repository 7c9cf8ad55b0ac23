"""User-Personalization and Personalized-Ranking: what a user with this history is likely to take next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Self

import numpy as np

from local_personalize.recommenders.base import NO_PARAMETERS, Floats, Integers, Progress, Query, Recommender, silent
from local_personalize.recommenders.circumstances import Circumstances
from local_personalize.recommenders.dataset import Dataset, Table
from local_personalize.recommenders.ease import REGULARISATION
from local_personalize.recommenders.explanation import Explanation, Watched
from local_personalize.recommenders.metadata import Vocabulary
from local_personalize.recommenders.newcomers import extended
from local_personalize.recommenders.objective import Objective
from local_personalize.recommenders.progress import part
from local_personalize.recommenders.signals import Shape, Signals, Weights
from local_personalize.recommenders.splitting import within_percentiles
from local_personalize.recommenders.trained import Arrays, Trained
from local_personalize.recommenders.transitions import WINDOW
from local_personalize.recommenders.tuning import HALF_LIVES, Choice, choose

USUAL_HIDDEN_DIMENSION = 149


class UserPersonalization(Recommender):
    """Scores every item by the signals of the user's history; a user without one gets popularity."""

    def __init__(
        self,
        trained: Trained,
        signals: Signals,
        choice: Choice,
        circumstances: Circumstances,
        objective: Objective,
        vocabulary: Vocabulary,
    ) -> None:
        super().__init__(trained)
        self.signals = signals
        self.choice = choice
        self.circumstances = circumstances
        self.objective = objective
        self.vocabulary = vocabulary
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
        vocabulary, shape = Vocabulary.of(dataset.items), _shape(parameters)
        features = vocabulary.weighted(dataset.items, dataset.item_ids)
        rows = within_percentiles(dataset.interactions, parameters)
        choice = _known_choice(parameters) or choose(
            rows, features, shape, seed=seed, half_lives=_half_lives(parameters), progress=part(progress, 0, 0.4)
        )
        signals = Signals.fit(rows, features, shape, progress=part(progress, 0.4, 1))
        circumstances = Circumstances.fit(dataset)
        objective = Objective.of(dataset, parameters)
        return cls(Trained.of(dataset), signals, choice, circumstances, objective, vocabulary)

    def with_items(self, items: Table) -> UserPersonalization:
        """Return the same model with further items at the end of its catalogue, known by their metadata alone.

        What such a model says of the items before them is unchanged, until the further items come to be in a history.
        It cannot be saved.
        """
        features = self.vocabulary.weighted(items, list(items.ids))
        return type(self)(
            extended(self.trained, list(items.ids)),
            self.signals.with_newcomers(features),
            self.choice,
            self.circumstances,
            self.objective,
            self.vocabulary,
        )

    def scores(self, query: Query) -> Floats:
        history, width = self.seen(query), self.circumstances.width
        answer = self.signals.relevance([history], self.choice.weights)[0] if history.size else self.popularity()
        answer[np.unique(history)] -= self.choice.seen_offset
        answer[:width] += self._of_context(query) + self._of_user(query, len(history))
        answer[:width] += self.objective.addend(self.temperature)
        return answer

    def _of_context(self, query: Query) -> Floats:
        """Return what the context adds to scores: publish() multiplies probabilities by P(item | context) / P(item)."""
        return self.temperature * self.circumstances.of_context(query.context)

    def _of_user(self, query: Query, events: int) -> Floats:
        """Return what the user's row of the Users dataset adds; with each event it fades against the history."""
        return self.temperature / (1 + events) * self.circumstances.of_user(query.user_id, query.traits)

    def explain(self, query: Query, item_ids: Sequence[str]) -> list[Explanation]:
        history, scores, width = self.seen(query), self.scores(query), self.circumstances.width
        places = [self.trained.item_index[item_id] for item_id in item_ids if item_id in self.trained.item_index]
        further = (0, len(scores) - width)  # of newcomers neither contexts nor users nor objectives tell anything
        context, user = self._of_context(query), self._of_user(query, len(history))
        objective = self.objective.addend(self.temperature)
        context, user, objective = (np.pad(addend, further) for addend in (context, user, objective))
        popularity, watched = self._of_history(history, places)
        seen = set(history.tolist())
        return [
            Explanation(
                self.item_ids[place],
                float(scores[place]),
                watched=parts,
                popularity=float(popularity[place]),
                context=float(context[place]),
                user=float(user[place]),
                objective=float(objective[place]),
                seen=-self.choice.seen_offset if place in seen else 0.0,
            )
            for place, parts in zip(places, watched, strict=True)
        ]

    def _of_history(self, history: Integers, places: list[int]) -> tuple[Floats, list[tuple[Watched, ...]]]:
        """Return what popularity adds to every score, and for each place what the items of the history add."""
        if not history.size:
            return self.popularity(), [()] * len(places)
        weights = self.choice.weights
        doubt = self.signals.doubt(history, weights.half_life)
        taken, addends = self.signals.contributions(history, weights, places)
        ids = [self.item_ids[place] for place in taken]
        lists = [
            [Watched(item_id, *parts) for item_id, parts in zip(ids, column.tolist(), strict=True)]
            for column in np.swapaxes(addends, 0, 1)
        ]
        ordered = [tuple(sorted(parts, key=lambda part: -part.value)) for parts in lists]
        return weights.of_popularity(doubt) * self.signals.popularity, ordered

    def tuned(self) -> dict[str, str]:
        flat = {**asdict(self.choice.weights), "temperature": self.temperature, "seen_offset": self.choice.seen_offset}
        return {f"tuned_{name}": repr(float(value)) for name, value in flat.items()}

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        arrays, settings = self.circumstances.state()
        own = {"objective.standing": self.objective.standing}
        told = {"tuned": self.tuned(), "circumstances": settings, "objective": self.objective.strength}
        return {**self.signals.arrays(), **arrays, **own}, {**told, "vocabulary": self.vocabulary.settings()}

    @classmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        choice = _known_choice(settings["tuned"])
        if choice is None:
            raise KeyError("The saved model lacks what was chosen at training.")
        circumstances = Circumstances.from_state(arrays, settings["circumstances"])
        objective = Objective(settings["objective"], arrays["objective.standing"])
        vocabulary = Vocabulary.from_settings(settings["vocabulary"])
        return cls(trained, Signals.from_arrays(arrays), choice, circumstances, objective, vocabulary)


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
        rows = replace(dataset.interactions, contexts={}, measures={})
        return super().fit(Dataset(rows), parameters, seed=seed, progress=progress)


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
