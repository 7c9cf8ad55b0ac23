"""What speaks for items beside a user's history: the context of the request, and what is known of the user.

Context is the metadata of interactions (the device, say, or the temperature); traits are the columns of the Users
dataset. Both add log-likelihood ratios (associations.py), so what a request does not name, or training never saw,
changes nothing. Numbers count by the range they lie in.
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
from local_personalize.recommenders.metadata import Bins, Cell, Vocabulary
from local_personalize.recommenders.sparse_rows import Matrix, packed, unpacked
from local_personalize.recommenders.trained import Arrays


@dataclass(frozen=True, slots=True)
class Context:
    """One column of the interactions: its values or ranges, and what each says of the items."""

    values: list[str] | Bins
    associations: Associations
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        values = [] if isinstance(self.values, Bins) else self.values
        object.__setattr__(self, "_places", {value: place for place, value in enumerate(values)})

    def boost(self, value: str) -> Floats:
        """Return what a request's value adds, (items,); zeros for one that training did not see."""
        if isinstance(self.values, Bins):
            return self.associations.boost(self.values.columns_of(value))
        return self.associations.boost([self._places[value]] if value in self._places else [])

    def settings(self) -> dict[str, Any]:
        """Return what JSON can hold of the values."""
        return self.values.settings() if isinstance(self.values, Bins) else {"values": self.values}


@dataclass(frozen=True, slots=True)
class Traits:
    """What users are: the columns behind the Users dataset's cells, each user's columns, and the ratios of each."""

    vocabulary: Vocabulary
    features: Matrix
    associations: Associations

    def boost(self, columns: list[int]) -> Floats:
        """Return what users with these columns add, (items,)."""
        return self.associations.boost(columns)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Learned ratios over a catalogue of so many items."""

    width: int
    contexts: Mapping[str, Context] = field(default_factory=dict)
    """By column of the interactions, in upper case."""
    user_ids: list[str] = field(default_factory=list)
    """The rows of traits."""
    traits: Traits | None = None
    _rows: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", {user_id: row for row, user_id in enumerate(self.user_ids)})

    @classmethod
    def fit(cls, dataset: Dataset) -> Circumstances:
        """Learn from the metadata of interactions and of users, where there are any."""
        rows, width = dataset.interactions, len(dataset.item_ids)
        contexts = {name.upper(): _of_texts(rows, name, width) for name in rows.contexts}
        contexts |= {name.upper(): _of_numbers(rows, name, width) for name in rows.measures}
        if dataset.users is None or not dataset.users.columns:
            return cls(width, contexts)
        user_ids, vocabulary = list(dict.fromkeys(dataset.users.ids)), Vocabulary.of(dataset.users)
        features = vocabulary.features(dataset.users, user_ids)
        traits = Traits(vocabulary, features, _associations_of(features, user_ids, rows, width))
        return cls(width, contexts, user_ids, traits)

    def of_context(self, context: Mapping[str, str]) -> Floats:
        """Return what a request's context adds, (items,); values that training did not see add nothing."""
        answer = np.zeros(self.width)
        for name, value in context.items():
            if (column := self.contexts.get(name.upper())) is not None:
                answer += column.boost(value)
        return answer

    def of_user(self, user_id: str | None, cells: Mapping[str, Cell] | None = None) -> Floats:
        """Return what the Users dataset's row of a user adds, (items,); zeros for a user without one.

        cells is the user's row by column where it is newer than what training knew.
        """
        if self.traits is None:
            return np.zeros(self.width)
        if cells is not None:
            return self.traits.boost(self.traits.vocabulary.columns_of(cells))
        row, features = self._rows.get(user_id or ""), self.traits.features
        return self.traits.boost(
            [] if row is None else features.indices[features.indptr[row] : features.indptr[row + 1]].tolist()
        )

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        """Return what to save: arrays, and settings that JSON can hold."""
        arrays: Arrays = {}
        for name, context in self.contexts.items():
            arrays |= context.associations.arrays(f"context.{name}")
        contexts = {name: context.settings() for name, context in self.contexts.items()}
        settings = {"width": self.width, "contexts": contexts, "user_ids": self.user_ids}
        if self.traits is None:
            return arrays, settings
        arrays |= {**packed("traits.features", self.traits.features), **self.traits.associations.arrays("traits")}
        return arrays, {**settings, "traits": self.traits.vocabulary.settings()}

    @classmethod
    def from_state(cls, arrays: Arrays, settings: Mapping[str, Any]) -> Circumstances:
        """Rebuild from what state() gave."""
        contexts = {
            name: Context(
                Bins(told["edges"]) if "edges" in told else told["values"],
                Associations.from_arrays(f"context.{name}", arrays),
            )
            for name, told in settings["contexts"].items()
        }
        traits = None
        if "traits" in settings:
            vocabulary = Vocabulary.from_settings(settings["traits"])
            features = unpacked("traits.features", arrays)
            traits = Traits(vocabulary, features, Associations.from_arrays("traits", arrays))
        return cls(settings["width"], contexts, settings["user_ids"], traits)


def _of_texts(rows: Interactions, name: str, width: int) -> Context:
    """Count events by the values of one column; where it is empty it counts for nothing."""
    codes, names = rows.contexts[name]
    filled = np.array([bool(text) for text in names], dtype=np.bool_)[codes] if names else np.zeros(0, dtype=np.bool_)
    return Context(names, counted(codes[filled], rows.items[filled], (len(names), width)))


def _of_numbers(rows: Interactions, name: str, width: int) -> Context:
    """Count events by the range in which a number lies; events without one count for nothing."""
    bins = Bins.of(rows.measures[name])
    events, places = bins.places(rows.measures[name])
    return Context(bins, counted(places, rows.items[events], (bins.width, width)))


def _associations_of(features: Matrix, user_ids: list[str], rows: Interactions, width: int) -> Associations:
    places = {user_id: place for place, user_id in enumerate(user_ids)}
    owners = np.array([places.get(user_id, -1) for user_id in rows.user_ids], dtype=np.int64)[rows.users]
    known = owners >= 0
    shape = (len(user_ids), width)
    taken = sparse.csr_array((np.ones(int(known.sum())), (owners[known], rows.items[known])), shape=shape)
    counts = sparse.csr_array(features.T.astype(np.float64) @ taken)
    return Associations(counts, np.asarray(taken.sum(axis=0), dtype=np.float64))
