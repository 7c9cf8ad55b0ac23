"""What speaks for items beside a user's history: the context of the request, and what is known of the user.

Context is the metadata of interactions (the device, say); traits are the columns of the Users dataset. Both add
log-likelihood ratios (associations.py), so what a request does not name, or training never saw, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from local_personalize.recommenders.associations import Associations, counted
from local_personalize.recommenders.base import Floats
from local_personalize.recommenders.dataset import Dataset, Interactions
from local_personalize.recommenders.metadata import features_of
from local_personalize.recommenders.sparse_rows import Matrix, packed, unpacked
from local_personalize.recommenders.trained import Arrays


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Learned ratios over a catalogue of so many items."""

    width: int
    contexts: Mapping[str, tuple[list[str], Associations]] = field(default_factory=dict)
    """By column of the interactions, in upper case: its values and their ratios."""
    user_ids: list[str] = field(default_factory=list)
    """The rows of traits."""
    traits: tuple[Matrix, Associations] | None = None
    """Which traits each user has (users, traits), and the ratios of the traits."""
    _rows: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", {user_id: row for row, user_id in enumerate(self.user_ids)})

    @classmethod
    def fit(cls, dataset: Dataset) -> Circumstances:
        """Learn from the metadata of interactions and of users, where there are any."""
        rows, width = dataset.interactions, len(dataset.item_ids)
        contexts = {name.upper(): _context(rows, name, width) for name in rows.contexts}
        if dataset.users is None or not dataset.users.columns:
            return cls(width, contexts)
        user_ids = list(dict.fromkeys(dataset.users.ids))
        features = features_of(dataset.users, user_ids)
        return cls(width, contexts, user_ids, (features, _associations_of(features, user_ids, rows, width)))

    def of_context(self, context: Mapping[str, str]) -> Floats:
        """Return what a request's context adds, (items,); values that training did not see add nothing."""
        answer = np.zeros(self.width)
        for name, value in context.items():
            names, associations = self.contexts.get(name.upper(), ([], None))
            if associations is not None and value in names:
                answer += associations.boost([names.index(value)])
        return answer

    def of_user(self, user_id: str | None) -> Floats:
        """Return what the Users dataset's row of a user adds, (items,); zeros for a user without one."""
        row = self._rows.get(user_id or "")
        if row is None or self.traits is None:
            return np.zeros(self.width)
        features, associations = self.traits
        return associations.boost(features.indices[features.indptr[row] : features.indptr[row + 1]].tolist())

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        """Return what to save: arrays, and settings that JSON can hold."""
        arrays: Arrays = {}
        for name, (_, associations) in self.contexts.items():
            arrays |= associations.arrays(f"context.{name}")
        if self.traits is not None:
            arrays |= {**packed("traits.features", self.traits[0]), **self.traits[1].arrays("traits")}
        contexts = {name: names for name, (names, _) in self.contexts.items()}
        return arrays, {"width": self.width, "contexts": contexts, "user_ids": self.user_ids}

    @classmethod
    def from_state(cls, arrays: Arrays, settings: Mapping[str, Any]) -> Circumstances:
        """Rebuild from what state() gave."""
        contexts = {
            name: (names, Associations.from_arrays(f"context.{name}", arrays))
            for name, names in settings["contexts"].items()
        }
        traits = None
        if "traits.events" in arrays:
            traits = unpacked("traits.features", arrays), Associations.from_arrays("traits", arrays)
        return cls(settings["width"], contexts, settings["user_ids"], traits)


def _context(rows: Interactions, name: str, width: int) -> tuple[list[str], Associations]:
    """Count events by the values of one column; where it is empty it counts for nothing."""
    codes, names = rows.contexts[name]
    filled = np.array([bool(text) for text in names], dtype=np.bool_)[codes] if names else np.zeros(0, dtype=np.bool_)
    return names, counted(codes[filled], rows.items[filled], (len(names), width))


def _associations_of(features: Matrix, user_ids: list[str], rows: Interactions, width: int) -> Associations:
    places = {user_id: place for place, user_id in enumerate(user_ids)}
    owners = np.array([places.get(user_id, -1) for user_id in rows.user_ids], dtype=np.int64)[rows.users]
    known = owners >= 0
    shape = (len(user_ids), width)
    taken = sparse.csr_array((np.ones(int(known.sum())), (owners[known], rows.items[known])), shape=shape)
    counts = sparse.csr_array(features.T.astype(np.float64) @ taken)
    return Associations(counts, np.asarray(taken.sum(axis=0), dtype=np.float64))
