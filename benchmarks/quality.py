"""Prints how good the lists are on MovieLens over ten splits of the users: python -m benchmarks.quality FOLDER...

Each FOLDER is a MovieLens of any size, as data/movielens_files.py reads it. NDCG is the usual one (its ideal list
begins with the whole truth); what the user had already is left out of every list, so popularity is not judged by it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.movielens_files import read
from local_personalize.recommenders.base import Query, Recommender
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.ease import fit_ease
from local_personalize.recommenders.evaluation import USUAL_NDCG, figures_of, query_of
from local_personalize.recommenders.metadata import item_features
from local_personalize.recommenders.metrics import LIST_LENGTH, best
from local_personalize.recommenders.popularity import Popularity
from local_personalize.recommenders.similar_items import SimilarItems
from local_personalize.recommenders.sims import Sims
from local_personalize.recommenders.sparse_rows import weighted_histories
from local_personalize.recommenders.splitting import TEST_USERS, held_out, hold_out
from local_personalize.recommenders.user_personalization import Hrnn, UserPersonalization

SPLITS = 10
METRICS = (
    USUAL_NDCG,
    "normalized_discounted_cumulative_gain_at_25",
    "mean_reciprocal_rank_at_25",
    "precision_at_25",
)
Scorer = Callable[[Query], NDArray[np.float64]]


def movielens(folder: Path) -> Dataset:
    """Return MovieLens as the demo imports it: watch events, and films with genres and year."""
    found = read(folder)
    rows, items = found.interactions, found.items
    years = [
        float(year) if year == year else None
        for year in items["year"].astype("Float64").to_numpy(float, na_value=np.nan)
    ]
    table = Table(
        items["ITEM_ID"].astype(str).tolist(),
        {"GENRES": items["genres"].astype(str).tolist(), "YEAR": years},
        frozenset({"GENRES"}),
    )
    ids = (rows["USER_ID"].astype(str).tolist(), rows["ITEM_ID"].astype(str).tolist())
    return Dataset(Interactions.from_columns(*ids, rows["TIMESTAMP"].to_numpy()), table)


def plain_ease(dataset: Dataset) -> Scorer:
    """Return EASE as published: no metadata, no decay, no order."""
    width = len(dataset.item_ids)
    known = Popularity.fit(dataset)
    ease = fit_ease(dataset.interactions, item_features(dataset))
    return lambda query: ease.scores(weighted_histories([known.seen(query)], np.inf, width))[0]


def scorers(training: Dataset, seed: int) -> Mapping[str, Scorer]:
    """Train everything that is compared, on nine users in ten."""
    interactions_only = Dataset(training.interactions)
    kinds: dict[str, tuple[type[Recommender], Dataset]] = {
        "popularity": (Popularity, training),
        "SIMS": (Sims, training),
        "similar items": (SimilarItems, training),
        "E + T": (Hrnn, training),
        "E with metadata + T + C": (UserPersonalization, training),
    }
    fitted = {name: kind.fit(dataset, seed=seed).scores for name, (kind, dataset) in kinds.items()}
    return {"EASE": plain_ease(interactions_only), **fitted}


def judged(dataset: Dataset, seed: int) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Return the figures of each test user of one split, by recommender and metric."""
    rows = dataset.interactions
    chosen = hold_out(rows.user_ids, TEST_USERS, seed)
    cuts = held_out(rows, chosen)
    truths = [np.unique(rows.items[cut.truth]) for cut in cuts]
    queries = [query_of(rows, cut) for cut in cuts]
    answers = {}
    for name, scores in scorers(Dataset(rows.where(~chosen[rows.users]), dataset.items), seed).items():
        lists = []
        for query, cut in zip(queries, cuts, strict=True):
            unseen = scores(query).copy()
            unseen[rows.items[cut.given]] = -np.inf
            lists.append(best(unseen, LIST_LENGTH))
        answers[name] = figures_of(lists, truths)
    return answers


def report(name: str, dataset: Dataset) -> None:
    """Print a table of means over the splits with their standard errors."""
    splits = [judged(dataset, seed) for seed in range(SPLITS)]
    rows = dataset.interactions
    print(f"\n{name}: {len(rows.user_ids):,} users, {len(dataset.item_ids):,} items, {len(rows):,} events\n")
    print("| recommender | NDCG@25 | own-hits NDCG@25 | MRR@25 | P@25 | NDCG@25 minus EASE's, paired |")
    print("|---|---|---|---|---|---|")
    for recommender in splits[0]:
        means = {metric: [split[recommender][metric].mean() for split in splits] for metric in METRICS}
        ahead = [split[recommender][METRICS[0]].mean() - split["EASE"][METRICS[0]].mean() for split in splits]
        print(f"| {recommender} | {' | '.join(_with_error(column) for column in [*means.values(), ahead])} |")


def _with_error(values: list[float]) -> str:
    return f"{np.mean(values):.4f} ± {np.std(values, ddof=1) / np.sqrt(len(values)):.4f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    for folder in parser.parse_args().folders:
        report(folder.name, movielens(folder))
