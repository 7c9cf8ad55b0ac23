"""Who gains and who loses by a version: test users one by one, and in groups by how much and what they watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from services.interactions import Interactions
from services.metrics import DRAWS, VersionMetrics

MIN_GROUP = 3
"""Fewer users than this tell nothing of their group."""


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


def habits(events: Interactions) -> pd.DataFrame:
    """Return per user the number of events and the mean popularity of their items, from 0 to 1; index is the user."""
    frame = events.frame
    if frame.empty:
        return pd.DataFrame({"Events": pd.Series(dtype="int64"), "Mainstream": pd.Series(dtype="float")})
    ranks = frame["ITEM_ID"].value_counts().rank(pct=True)
    mainstream = frame["ITEM_ID"].map(ranks).astype("float64").groupby(frame["USER_ID"], observed=True).mean()
    counts = frame["USER_ID"].value_counts()
    table = pd.DataFrame({"Events": counts, "Mainstream": mainstream})
    table.index = table.index.astype("str")
    return table


def segments(table: pd.DataFrame, users: pd.DataFrame) -> list[Segment]:
    """Split paired test users into thirds by activity and by taste; users is what habits() returns."""
    known = table.merge(users, left_on="User", right_index=True)
    found = []
    for column, names in (
        ("Events", ("Light users", "Medium users", "Heavy users")),
        ("Mainstream", ("Niche taste", "Mixed taste", "Mainstream taste")),
    ):
        places = known[column].rank(method="first")
        thirds = pd.cut(places, 3, labels=list(names)) if len(known) >= 3 * MIN_GROUP else pd.Series(dtype="str")
        groups: Mapping[str, pd.DataFrame] = {name: known[thirds == name] for name in names} if len(thirds) else {}
        found += [_segment(name, group["Difference"].to_numpy()) for name, group in groups.items()]
    return found


def _segment(name: str, gaps: np.ndarray) -> Segment:
    means = np.random.default_rng(0).choice(gaps, (DRAWS, len(gaps))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Segment(
        name, len(gaps), float(gaps.mean()), float(low), float(high), int((gaps > 0).sum()), int((gaps < 0).sum())
    )
