"""Who gains and who loses by a version: test users one by one, and in groups by how much and what they watch."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from services.interactions import Interactions
from services.metrics import VersionMetrics, interval
from services.replay import HELD_OUT

MIN_GROUP = 3
"""Fewer users than this tell nothing of their group."""
MOST_GROUPS = 8
SPLITS = (
    ("Events", ("Light users", "Medium users", "Heavy users")),
    ("Mainstream", ("Niche taste", "Mixed taste", "Mainstream taste")),
    ("Next", ("Next picks niche", "Next picks mixed", "Next picks popular")),
)
"""Columns of habits(), and what the thirds by each are called, from the least to the most."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of test users: the mean difference to the baseline with its 95 % bootstrap interval."""

    name: str
    users: int
    mean: float
    low: float
    high: float
    better: int
    worse: int


def paired(metric: str, version: VersionMetrics, baseline: VersionMetrics) -> pd.DataFrame:
    """Return User, Baseline, Version, Difference for the common test users, worst first; empty without such results."""
    sides = [_values(metric, baseline, "Baseline"), _values(metric, version, "Version")]
    table = sides[0].merge(sides[1], on="User")
    return table.assign(Difference=table["Version"] - table["Baseline"]).sort_values(
        ["Difference", "User"], ignore_index=True
    )


def _values(metric: str, version: VersionMetrics, name: str) -> pd.DataFrame:
    results = version.results
    if results is None or metric not in results.values:
        return pd.DataFrame({"User": pd.Series(dtype="str"), name: pd.Series(dtype="float")})
    return pd.DataFrame({"User": list(results.users), name: results.values[metric]})


@functools.lru_cache(maxsize=1)
def habits(events: Interactions) -> pd.DataFrame:
    """Return per user, the index, the number of Events, and from 0 to 1 how popular their items are on the mean.

    Mainstream is of all items, Next of the newest tenth, which is what a test asks the list to foresee.
    """
    frame = events.frame
    if frame.empty:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in ("Events", *(split for split, _ in SPLITS))})
    users, items = frame["USER_ID"].cat.codes.to_numpy(), frame["ITEM_ID"].cat.codes.to_numpy()
    popular = pd.Series(np.bincount(items)).rank(pct=True).to_numpy()[items]
    counts = np.bincount(users)
    place = np.arange(len(users)) - (np.cumsum(counts) - counts)[users]
    newest = place >= (counts - np.maximum(1, np.rint(counts * HELD_OUT)))[users]
    return pd.DataFrame(
        {
            "Events": counts,
            "Mainstream": np.bincount(users, popular) / counts,
            "Next": np.bincount(users[newest], popular[newest], len(counts)) / np.bincount(users[newest]),
        },
        index=frame["USER_ID"].cat.categories.astype("str"),
    )


def segments(table: pd.DataFrame, users: pd.DataFrame) -> list[Segment]:
    """Split paired test users into thirds by activity, taste, and what came next; users is what habits() returns."""
    known = table.merge(users, left_on="User", right_index=True)
    if len(known) < 3 * MIN_GROUP:
        return []
    return [
        _segment(name, known["Difference"][thirds == name])
        for column, names in SPLITS
        for thirds in [pd.cut(known[column].rank(method="first"), 3, labels=list(names))]
        for name in names
    ]


def groups(table: pd.DataFrame, belonging: pd.Series[str]) -> list[Segment]:
    """Split paired test users by a field of the Users dataset, given as each user's group: the largest groups."""
    known = table.merge(belonging.rename("Group"), left_on="User", right_index=True)
    counts = known["Group"].value_counts()
    names = [str(name) for name in counts[counts >= MIN_GROUP].index[:MOST_GROUPS]]
    return [_segment(name, known["Difference"][known["Group"] == name]) for name in names]


def _segment(name: str, column: pd.Series[float]) -> Segment:
    gaps = column.to_numpy(dtype=np.float64)
    low, high = interval(gaps)
    return Segment(name, len(gaps), float(gaps.mean()), low, high, int((gaps > 0).sum()), int((gaps < 0).sum()))
