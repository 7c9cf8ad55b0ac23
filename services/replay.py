"""A test user under the microscope: the list for the older part of the history, and what the newer part says of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from services.catalog import Catalog
from services.connection import Connection
from services.insights import LONGEST_HISTORY, Asked, preview
from services.interactions import Watched
from services.recommendations import RankedItem

HELD_OUT = 0.1
"""Share of a history, its newest part, that a list should foresee: what Amazon Personalize's test holds back."""
LENGTH = 25


@dataclass(frozen=True)
class Replay:
    """The list, what it should have foreseen, and what each hit adds to the NDCG."""

    items: tuple[RankedItem, ...]
    known: int
    held_out: tuple[str, ...]

    @property
    def terms(self) -> list[float]:
        """Return for each place 1 / log2(rank + 1) where it is a hit, else 0."""
        return [1 / math.log2(entry.rank + 1) if entry.item.item_id in self.held_out else 0.0 for entry in self.items]

    @property
    def gain(self) -> float:
        """Return the sum of the terms."""
        return sum(self.terms)

    @property
    def ideal(self) -> float:
        """Return the sum that the same hits would have at the top of the list."""
        hits = sum(term > 0 for term in self.terms)
        return sum(1 / math.log2(place + 1) for place in range(1, hits + 1))

    @property
    def ndcg(self) -> float:
        """Return gain over ideal; 0 without hits."""
        return self.gain / self.ideal if self.ideal else 0.0


def split(history: Sequence[Watched]) -> tuple[list[str], list[str]]:
    """Return the item ids of the older nine tenths, oldest first, and those of the newest tenth; newest come first."""
    ordered = [event.item_id for event in reversed(history)]
    cut = len(ordered) - max(1, round(len(ordered) * HELD_OUT))
    return ordered[:cut], ordered[cut:]


def replay(connection: Connection, version: str, history: Sequence[Watched], catalog: Catalog) -> Replay | None:
    """Ask a version for the list as it would have been before the newest events; None on AWS. Raises InsightRefused."""
    known, held_out = split(history)
    found = preview(connection, Asked(version, history=known[-LONGEST_HISTORY:]), LENGTH)
    if found is None:
        return None
    pairs = zip(found.item_ids, found.scores, strict=True)
    ranked = [RankedItem(rank, catalog.item(item), score) for rank, (item, score) in enumerate(pairs, start=1)]
    return Replay(tuple(ranked), len(known), tuple(held_out))
