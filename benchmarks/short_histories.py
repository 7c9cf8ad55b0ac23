"""Prints how good lists are where little is known of a user: python -m benchmarks.short_histories FOLDER...

Over ten splits, as in benchmarks.quality, each test user is cut short in two ways: to the first events of the history,
the ten that follow being the truth, and to the first six (at least three) of the films that few users took, the truth
being everything else the user took. "Without doubt" trusts any history as much as the best known.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import SPLITS, movielens
from local_personalize.recommenders.dataset import Dataset
from local_personalize.recommenders.evaluation import USUAL_NDCG, figures_of
from local_personalize.recommenders.metrics import LIST_LENGTH, best
from local_personalize.recommenders.splitting import TEST_USERS, hold_out
from local_personalize.recommenders.user_personalization import UserPersonalization

FIRST_EVENTS = (1, 2, 3, 6, 10)
FOLLOWING = 10
FEWEST_RARITIES, MOST_RARITIES = 3, 6
RARE_SHARE = 1 / 40
"""An item is rare when at most this share of the users took it: 15 of 610, 24 of 943."""
OURS, CERTAIN = "aws-user-personalization", "without doubt"

Places = NDArray[np.int32]
Pair = tuple[Places, Places]
"""The places of a history's items, and of the truth's."""
Scorer = Callable[[Places], NDArray[np.float64]]


def cases(dataset: Dataset, chosen: NDArray[np.bool_], popular: NDArray[np.int64]) -> Iterator[tuple[str, list[Pair]]]:
    """Yield what is judged by name; popular counts the training events of each item."""
    rows = dataset.interactions
    offsets = rows.user_offsets()
    whole = [rows.items[offsets[user] : offsets[user + 1]] for user in np.flatnonzero(chosen)]
    for count in FIRST_EVENTS:
        name = "the first event" if count == 1 else f"the first {count} events"
        yield name, [(items[:count], items[count : count + FOLLOWING]) for items in whole if len(items) > count]
    few = RARE_SHARE * len(rows.user_ids)
    rare = [(items[(popular[items] > 0) & (popular[items] <= few)][:MOST_RARITIES], items) for items in whole]
    pairs = [(given, np.setdiff1d(items, given)) for given, items in rare if len(given) >= FEWEST_RARITIES]
    yield "three to six rarities", pairs


def scorers(model: UserPersonalization) -> dict[str, Scorer]:
    """Return popularity, the personal score, and that with no doubt in any history."""
    weights = model.choice.weights

    def certain(history: Places) -> NDArray[np.float64]:
        parts = model.signals.parts([history], weights.half_life)
        return np.asarray(model.signals.weighted(replace(parts, doubt=np.zeros_like(parts.doubt)), weights)[0])

    return {
        "popularity": lambda history: model.popularity(),
        CERTAIN: certain,
        OURS: lambda history: model.signals.relevance([history], weights)[0],
    }


def quality(scores: Scorer, pairs: list[Pair]) -> float:
    """Return the mean of the usual NDCG@25, without what the user had."""
    lists = []
    for given, _ in pairs:
        unseen = scores(given).copy()
        unseen[given] = -np.inf
        lists.append(best(unseen, LIST_LENGTH))
    return float(figures_of(lists, [np.unique(truth) for _, truth in pairs])[USUAL_NDCG].mean())


def judged(dataset: Dataset, seed: int) -> dict[str, dict[str, float]]:
    """Return the quality by case and recommender on one split."""
    rows = dataset.interactions
    chosen = hold_out(rows.user_ids, TEST_USERS, seed)
    model = UserPersonalization.fit(Dataset(rows.where(~chosen[rows.users]), dataset.items), seed=seed)
    popular = model.trained.item_events
    by_name = scorers(model)
    return {
        name: {recommender: quality(scores, pairs) for recommender, scores in by_name.items()}
        for name, pairs in cases(dataset, chosen, popular)
    }


def report(name: str, dataset: Dataset, first: int) -> None:
    """Print a table over ten splits, and what doubt brings, paired by split."""
    splits = [judged(dataset, seed) for seed in range(first, first + SPLITS)]
    print(f"\n{name}, NDCG@25\n\n| known of a user | popularity | {CERTAIN} | {OURS} | what doubt brings, paired |")
    print("|---|---|---|---|---|")
    for case in splits[0]:
        found = {one: np.array([split[case][one] for split in splits]) for one in splits[0][case]}
        means = " | ".join(f"{values.mean():.4f}" for values in found.values())
        gain = found[OURS] - found[CERTAIN]
        print(f"| {case} | {means} | {gain.mean():+.4f} ± {gain.std(ddof=1) / np.sqrt(len(gain)):.4f} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first of the ten splits")
    arguments = parser.parse_args()
    for folder in arguments.folders:
        report(folder.name, movielens(folder), arguments.first)
