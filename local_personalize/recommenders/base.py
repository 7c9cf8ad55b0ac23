"""What every recommender can do: fit, score a query, publish probabilities, save and load."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from local_personalize.recommenders.dataset import Dataset, Interactions
from local_personalize.recommenders.explanation import Explanation
from local_personalize.recommenders.trained import Arrays, Trained

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Progress = Callable[[float, str], None]
FORMAT = 4
"""Of saved models; to be raised whenever what state() gives changes its meaning."""

NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


def silent(fraction: float, text: str) -> None:
    """Take a report of progress and say nothing."""


@dataclass(frozen=True, slots=True)
class Event:
    """One interaction of a user with an item, in seconds since the epoch."""

    item_id: str
    timestamp: float
    event_type: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: a user, with events newer than training in ascending order, and for related items an item."""

    user_id: str | None = None
    events: tuple[Event, ...] = ()
    item_id: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    traits: Mapping[str, str | float | None] | None = None
    """The user's row of the Users dataset by column, where it is newer than training."""
    influence: Mapping[str, float] = field(default_factory=dict)
    """How much popularity and freshness count beside likeness: a campaign's rankingInfluence."""


class OutdatedModelError(Exception):
    """A saved model has a format that this version does not read: it has to be trained again."""


def read_meta(folder: Path) -> dict[str, Any]:
    """Return what save() wrote about a model. Raises OutdatedModelError for one of another format."""
    meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    if meta.get("format") != FORMAT:
        old = meta.get("format", 1)
        raise OutdatedModelError(f"The model was saved in format {old}; this version reads format {FORMAT}.")
    return meta


class Recommender(ABC):
    """A trained recipe: scores every item of the catalogue for a query."""

    has_scores: ClassVar[bool] = True
    temperature: float = 1.0

    def __init__(self, trained: Trained) -> None:
        self.trained = trained

    @property
    def item_ids(self) -> list[str]:
        """The catalogue, in the order of score arrays."""
        return self.trained.item_ids

    @property
    def user_ids(self) -> list[str]:
        """The users of the training data."""
        return self.trained.user_ids

    @classmethod
    @abstractmethod
    def fit(
        cls,
        dataset: Dataset,
        parameters: Mapping[str, str] = NO_PARAMETERS,
        *,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Self:
        """Train on a dataset; parameters are the recipe's algorithmHyperParameters, as strings."""

    @classmethod
    def relevant(cls, rows: Interactions) -> NDArray[np.bool_]:
        """Tell which events are what the recipe predicts, (N,); all of them unless the recipe knows better."""
        return np.ones(len(rows), dtype=np.bool_)

    @abstractmethod
    def scores(self, query: Query) -> Floats:
        """Return a finite score per item, (items,), higher is better."""

    @abstractmethod
    def state(self) -> tuple[Arrays, dict[str, Any]]:
        """Return what was learned beyond the histories: arrays, and settings that JSON can hold."""

    @classmethod
    @abstractmethod
    def from_state(cls, trained: Trained, arrays: Arrays, settings: dict[str, Any]) -> Self:
        """Rebuild from what state() gave."""

    def tuned(self) -> dict[str, str]:
        """Return the parameters that training chose; fit with them again and nothing is searched."""
        return {}

    def publish(self, scores: Floats, candidates: Integers | None = None) -> Floats:
        """Turn scores into probabilities that sum to 1 over the catalogue, or over the candidates (places of items)."""
        chosen = scores if candidates is None else scores[candidates]
        if not chosen.size:
            return np.zeros(0)
        likelihood = np.exp((chosen - chosen.max()) / self.temperature)
        return np.asarray(likelihood / likelihood.sum())

    def seen(self, query: Query) -> Integers:
        """Return the places of the user's items, oldest first, once per event; unknown items are left out."""
        trained = self.trained
        newer = [trained.item_index[event.item_id] for event in query.events if event.item_id in trained.item_index]
        older = trained.items[trained.rows_of(query.user_id)]
        return np.concatenate([older, np.asarray(newer, dtype=np.int64)]).astype(np.int64)

    def history(self, user_id: str) -> list[Event]:
        """Return what training knew of the user, oldest first."""
        trained, rows = self.trained, self.trained.rows_of(user_id)
        names = [""] * (rows.stop - rows.start)
        if trained.event_types is not None:
            names = [trained.event_type_names[code] for code in trained.event_types[rows]]
        times = trained.timestamps[rows].tolist()
        items = [trained.item_ids[place] for place in trained.items[rows]]
        return [Event(*event) for event in zip(items, times, names, strict=True)]

    def is_cold(self, query: Query) -> bool:
        """Tell whether nothing is known that could make the answer personal."""
        return not self.seen(query).size

    def explain(self, query: Query, item_ids: Sequence[str]) -> list[Explanation] | None:
        """Split the scores of known items into addends; None for a recipe whose scores have no such parts."""
        return None

    def popularity(self) -> Floats:
        """Return scores by which publish() gives each item its share of all user-item pairs."""
        return np.asarray(self.temperature * np.log(self.trained.item_users + 0.5))

    def save(self, folder: Path) -> None:
        """Write the model to a folder: model.npz without pickle, and meta.json."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays, settings = self.state()
        trained = self.trained
        meta = {
            "format": FORMAT,
            "class": type(self).__name__,
            "settings": settings,
            "ids": {
                "item_ids": trained.item_ids,
                "user_ids": trained.user_ids,
                "event_type_names": trained.event_type_names,
            },
        }
        np.savez(folder / "model.npz", allow_pickle=False, **trained.arrays(), **arrays)
        (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what save() wrote."""
        meta = read_meta(folder)
        with np.load(folder / "model.npz", allow_pickle=False) as saved:
            arrays = {name: saved[name] for name in saved.files}
        return cls.from_state(Trained.from_saved(arrays, meta["ids"]), arrays, meta["settings"])
