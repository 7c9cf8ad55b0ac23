"""How much likelier items are where a value holds (a context, a trait of the user): log P(item | value) / P(item).

By Bayes it is log P(value | item) / P(value), estimated as log (n_iv + k q_v) / ((n_i + k) q_v): n_iv the item's events
with the value, n_i all its events, q_v the value's share of all events. Items of few events hardly move for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from local_personalize.recommenders.base import Floats
from local_personalize.recommenders.sparse_rows import Matrix, packed, unpacked
from local_personalize.recommenders.trained import Arrays

SHRINKAGE = 20.0


@dataclass(frozen=True, slots=True)
class Associations:
    """Events of items under values: counts (values, items), and all events of each item (items,)."""

    counts: Matrix
    events: Floats

    def boost(self, values: Iterable[int]) -> Floats:
        """Return the sum over the values of each item's log-likelihood ratio: (items,)."""
        answer, total = np.zeros(len(self.events)), self.events.sum()
        for value in values:
            together = self.counts[[value]].toarray()[0]
            if share := together.sum() / max(total, 1.0):
                answer += np.log((together + SHRINKAGE * share) / ((self.events + SHRINKAGE) * share))
        return answer

    def arrays(self, name: str) -> Arrays:
        """Return the arrays to save, under names that begin with this one."""
        return {**packed(f"{name}.counts", self.counts), f"{name}.events": self.events}

    @classmethod
    def from_arrays(cls, name: str, arrays: Arrays) -> Associations:
        """Rebuild from what arrays() gave."""
        return cls(unpacked(f"{name}.counts", arrays), arrays[f"{name}.events"])


def counted(values: Iterable[int], items: Iterable[int], shape: tuple[int, int]) -> Associations:
    """Count events given as places of values and of items, one of each per event; shape is (values, items)."""
    rows, columns = np.asarray(values), np.asarray(items)
    counts = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
    counts.sum_duplicates()
    return Associations(counts, np.bincount(columns, minlength=shape[1]).astype(np.float64))
