"""Exploration: young items of few interactions take some places of a list, so that one can learn how users like them.

A campaign or recommender explores where its itemExplorationConfig says so. The first place always goes to the best
item, and a user of whom nothing is known is never explored on. The draw depends on the user and on what
arrived of the user since training, so that the same question gets the same answer until something happens.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from local_personalize.filters.evaluate import Mask
from local_personalize.recommenders.trained import Trained

WEIGHT, CUT_OFF = "explorationWeight", "explorationItemAgeCutOff"
DEFAULT_CUT_OFF_DAYS = 30.0
SHARE_AT_FULL_WEIGHT = 1 / 3
"""Share of the places below the first that exploration takes at weight 1."""

LIKELY, MOST_LIKELY = 2, 1000
"""Candidates are among the most relevant half of the catalogue, at most so many: what is hopeless teaches little."""

FEW_EVENTS = 5
"""An item with as many interactions is known well enough."""

DAY = 86_400
NONE: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Exploration:
    """How much to explore (0 to 1), and up to which age of items in days before the newest interaction."""

    weight: float
    cut_off_days: float

    @classmethod
    def of(cls, config: Mapping[str, str]) -> Exploration:
        """Read an itemExplorationConfig; without a weight nothing is explored. Raises ValueError naming the member."""
        weight = _number(config, WEIGHT, 0.0)
        if weight > 1:
            raise ValueError(f"{WEIGHT} must be between 0 and 1, not {weight:g}.")
        return cls(weight, _number(config, CUT_OFF, DEFAULT_CUT_OFF_DAYS))


NOT_AT_ALL = Exploration(0.0, DEFAULT_CUT_OFF_DAYS)


def _number(config: Mapping[str, str], name: str, default: float) -> float:
    text = config.get(name)
    try:
        number = default if text is None else float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise ValueError(f"{name} must be a number from 0, not {text}.")
    return number


def young(trained: Trained, cut_off_days: float, created: NDArray[np.float64]) -> Mask:
    """Return the items of few interactions that are not older than that before the newest interaction of all.

    created is when each item came, (items,), in seconds. Where it is NaN the item's first interaction stands for it,
    and an item without any is new (guide: items-datasets).
    """
    first = np.full(len(trained.item_ids), np.inf)
    np.minimum.at(first, trained.items, trained.timestamps)
    born = np.where(np.isnan(created), first, created)
    newest = trained.timestamps.max(initial=0)
    return np.asarray((born >= newest - cut_off_days * DAY) & (trained.item_events < FEW_EVENTS))


def explored(
    best: Sequence[int], candidates: Sequence[int], weight: float, seed: str, impressions: Mapping[int, int] = NONE
) -> tuple[list[int], set[int]]:
    """Return a list as long as best with candidates drawn into it, the likelier the better, and which those are.

    A candidate that was shown n times already takes part with probability 1 / (1 + n).
    """
    draw, answer, drawn = random.Random(seed), list[int](), set[int]()
    fresh = [place for place in candidates if draw.random() * (1 + impressions.get(place, 0)) < 1]
    relevant, left = iter(best), fresh
    for slot in range(len(best)):
        if slot and left and draw.random() < weight * SHARE_AT_FULL_WEIGHT:
            place = left[int(len(left) * draw.random() ** 2)]
            drawn.add(place)
        else:
            place = next(place for place in relevant if place not in drawn)
        answer.append(place)
        if place in left:
            left.remove(place)
    return answer, drawn
