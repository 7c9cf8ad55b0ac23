"""The additional objective of a solution: a numeric column of the items of which recommendations shall have much.

The chance that an item is taken is multiplied by e^(strength * standing), which adds temperature * strength * standing
to its score. standing is the item's rank by the column, spread evenly with mean 0 and deviation 1, so that extremes do
not drown relevance; an item that the Items dataset lacks stands in the middle. Where relevance is decisive the
temperature is low, and the objective chooses among relevant items (guide: optimizing-solution-for-objective).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_personalize.recommenders.base import Floats
from local_personalize.recommenders.dataset import Dataset

ATTRIBUTE, SENSITIVITY = "objective_attribute", "objective_sensitivity"
"""The parameters that name the column and how much it counts."""

STRENGTHS = {"OFF": 0.0, "LOW": 0.25, "MEDIUM": 0.5, "HIGH": 1.0}
"""On films and shops the reward caught still grows up to about 1, beyond it relevance is lost for nothing."""

METRIC = "average_rewards_at_k"


@dataclass(frozen=True, slots=True)
class Objective:
    """How strongly the objective counts, and how high each item stands by it, (items,)."""

    strength: float
    standing: Floats

    @classmethod
    def of(cls, dataset: Dataset, parameters: Mapping[str, str]) -> Objective:
        """Read the parameters; without an attribute the objective is off."""
        values = attribute_values(dataset, parameters)
        strength = STRENGTHS[parameters.get(SENSITIVITY, "OFF")]
        return cls(strength, np.zeros(len(dataset.item_ids)) if values is None else _standing(values))

    def addend(self, temperature: float) -> Floats:
        """Return what the objective adds to scores that are published at a temperature, (items,)."""
        return np.asarray(temperature * self.strength * self.standing)


def attribute_values(dataset: Dataset, parameters: Mapping[str, str]) -> Floats | None:
    """Return the objective's column in the order of the catalogue, NaN where unknown; None without an objective.

    Raises KeyError where the Items dataset has no such column.
    """
    attribute = parameters.get(ATTRIBUTE)
    if attribute is None:
        return None
    if dataset.items is None:
        raise KeyError(attribute)
    column = dataset.items.columns[attribute]
    known = dict(zip(dataset.items.ids, column, strict=True))
    cells = [known.get(item_id) for item_id in dataset.item_ids]
    return np.array([np.nan if cell is None else float(cell) for cell in cells])


def rewards_caught(
    values: Floats, lists: Sequence[NDArray[np.integer[Any]]], truths: Sequence[NDArray[np.integer[Any]]]
) -> Floats:
    """Return per user the share of the reward of what the user went on to take that lies in the recommended list.

    An item's reward is its value; one without, or with a value below zero, yields nothing.
    """
    rewards = np.maximum(np.nan_to_num(values), 0.0)
    caught = [rewards[np.intersect1d(found, truth)].sum() for found, truth in zip(lists, truths, strict=True)]
    whole = [rewards[np.unique(truth)].sum() for truth in truths]
    return np.array([part / total if total else 0.0 for part, total in zip(caught, whole, strict=True)])


def _standing(values: Floats) -> Floats:
    known = np.isfinite(values)
    answer = np.zeros(len(values))
    _, places, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]  # equal values share their mean rank
    spread = ranks.std() if known.any() else 0.0
    if spread:
        answer[known] = (ranks - ranks.mean()) / spread
    return answer
