"""What training knew, with items that came since at the end of the catalogue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from local_personalize.recommenders.trained import Trained


def extended(trained: Trained, item_ids: list[str]) -> Trained:
    """Return what was trained on, with further items without events at the end of the catalogue."""
    none = np.zeros(len(item_ids), dtype=np.int64)
    return replace(
        trained,
        item_ids=[*trained.item_ids, *item_ids],
        item_events=np.concatenate([trained.item_events, none]),
        item_users=np.concatenate([trained.item_users, none]),
    )
