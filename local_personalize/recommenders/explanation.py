"""Why an item scored as it did: addends of which the score is the sum."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Watched:
    """What one item of the user's history adds: as taken together, as followed by, and by like metadata."""

    item_id: str
    together: float
    follows: float
    metadata: float

    @property
    def value(self) -> float:
        """The sum of the three."""
        return self.together + self.follows + self.metadata


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of one item's score, the watched items from the strongest push to the strongest pull."""

    item_id: str
    score: float
    watched: tuple[Watched, ...] = ()
    popularity: float = 0.0
    context: float = 0.0
    user: float = 0.0
    """What the user's row of the Users dataset adds."""
    objective: float = 0.0
    """What the item's standing by the solution's objective adds."""
    seen: float = 0.0
    """What an item loses that the user had already."""

    @property
    def total(self) -> float:
        """The sum of all parts."""
        parts = [watched.value for watched in self.watched]
        return math.fsum([*parts, self.popularity, self.context, self.user, self.objective, self.seen])
