"""Scores of users for one line of a batch segment job: for an item, or for items with attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from local_personalize.filtering import Place
from local_personalize.filters.grammar import parse_conditions
from local_personalize.filters.tree import Condition
from local_personalize.recommenders.item_affinity import ItemAffinity


class LineError(Exception):
    """What is wrong with one line of a batch job's input."""


def user_scores(place: Place, line: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return a score per user of the model. Raises LineError or FilterError for a line that names nothing."""
    deployed = place.models.get(place.model)
    recommender = cast(ItemAffinity, deployed.recommender)
    if deployed.recipe.name == "aws-item-affinity":
        item_id = line.get("itemId")
        if not isinstance(item_id, str) or item_id not in deployed.places:
            raise LineError("itemId is required, as the ID of an item of the training data.")
        return recommender.user_scores(item_id)
    attributes = line.get("itemAttributes")
    if not isinstance(attributes, str):
        raise LineError('itemAttributes is required, for example "ITEMS.genres = \\"Comedy\\"".')
    places = np.flatnonzero(_items_with(place, parse_conditions(attributes)))
    return recommender.user_scores(*(recommender.item_ids[item] for item in places))


def _items_with(place: Place, conditions: tuple[Condition, ...]) -> NDArray[np.bool_]:
    columns = place.models.columns(place.connection, place.group, "Items", place.model)
    mask = np.ones(len(place.models.get(place.model).places), dtype=np.bool_)
    for condition in conditions:
        values = [value for value in condition.values if isinstance(value, str | float)]
        if condition.dataset != "Items" or condition.field not in columns or len(values) < len(condition.values):
            raise LineError(f"itemAttributes can name fields of the Items dataset: {', '.join(columns)}.")
        mask &= columns[condition.field].where(condition.operator, values)
    if not mask.any():
        raise LineError("No item has these attributes.")
    return mask
