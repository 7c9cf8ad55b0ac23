"""Scores of users for one line of a batch segment job: for an item, or for items with attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from local_personalize.filtering import Place
from local_personalize.filters.grammar import Condition, Parameter, parse_conditions


class LineError(Exception):
    """What is wrong with one line of a batch job's input."""


class Segmenting(Protocol):
    """A recommender that scores users."""

    def user_scores(self, item_id: str) -> NDArray[np.float64]:
        """Return a score per user for an item, higher is likelier: (users,)."""
        ...


def user_scores(place: Place, line: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return a score per user of the model. Raises LineError or FilterError for a line that names nothing."""
    deployed = place.models.get(place.model)
    recommender = cast(Segmenting, deployed.recommender)
    if deployed.recipe.name == "aws-item-affinity":
        item_id = line.get("itemId")
        if not isinstance(item_id, str) or item_id not in deployed.places:
            raise LineError("itemId is required, as the ID of an item of the training data.")
        return recommender.user_scores(item_id)
    attributes = line.get("itemAttributes")
    if not isinstance(attributes, str):
        raise LineError('itemAttributes is required, for example "ITEMS.genres = \\"Comedy\\"".')
    scores = np.zeros(len(deployed.recommender.user_ids))
    for item in np.flatnonzero(_items_with(place, parse_conditions(attributes))):
        scores += recommender.user_scores(deployed.recommender.item_ids[item])
    return scores


def _items_with(place: Place, conditions: tuple[Condition, ...]) -> NDArray[np.bool_]:
    columns = place.models.columns(place.connection, place.group, "Items", place.model)
    mask = np.ones(len(place.models.get(place.model).places), dtype=np.bool_)
    for condition in conditions:
        values = [value for value in condition.values if not isinstance(value, Parameter)]
        if condition.dataset != "Items" or condition.field not in columns or len(values) < len(condition.values):
            raise LineError(f"itemAttributes can name fields of the Items dataset: {', '.join(columns)}.")
        mask &= columns[condition.field].where(condition.operator, values)
    if not mask.any():
        raise LineError("No item has these attributes.")
    return mask
