"""Which interactions a solution trains on: those of its event types, from its thresholds up, by its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_personalize.recommenders.dataset import Interactions


def choose(interactions: Interactions, events: list[dict[str, Any]]) -> Interactions:
    """Return the interactions of these event types with at least the threshold's value; types in any case.

    Where an event type has a weight, its rows get it; those of types without one count fully.
    """
    if not events:
        return interactions
    keep = np.zeros(len(interactions), dtype=np.bool_)
    weights = np.ones(len(interactions), dtype=np.float32)
    for event in events:
        matching = _matching(interactions, event)
        keep |= matching
        if event.get("weight") is not None:
            weights[matching] = event["weight"]
    weighted = any(event.get("weight") is not None for event in events)
    return compact(replace(interactions, weights=weights if weighted else None).where(keep))


def _matching(interactions: Interactions, event: Mapping[str, Any]) -> NDArray[np.bool_]:
    mask = np.ones(len(interactions), dtype=np.bool_)
    if event["type"] is not None:
        names = [name.lower() for name in interactions.event_type_names]
        codes = [code for code, name in enumerate(names) if name == event["type"].lower()]
        assert interactions.event_types is not None
        mask &= np.isin(interactions.event_types, codes)
    if event["threshold"] is not None:
        assert interactions.values is not None
        mask &= interactions.values >= np.float32(event["threshold"])
    return mask


def compact(rows: Interactions) -> Interactions:
    """Forget users and items that have no rows left."""
    users, user_codes = np.unique(rows.users, return_inverse=True)
    items, item_codes = np.unique(rows.items, return_inverse=True)
    return replace(
        rows,
        users=user_codes.astype(np.int32),
        items=item_codes.astype(np.int32),
        user_ids=[rows.user_ids[code] for code in users],
        item_ids=[rows.item_ids[code] for code in items],
    )
