"""How well a recipe does on data it has not seen, by Amazon Personalize's own protocol.

Nine users in ten train; of each other user the oldest nine tenths of the history are given and the newest tenth, at
least one event, is the truth of a list of 25, exactly as a campaign would answer it. A related-items recipe is asked
for items related to the last given one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_personalize.recommenders.base import NO_PARAMETERS, Event, Floats, Progress, Query, Recommender, silent
from local_personalize.recommenders.dataset import Dataset, Interactions
from local_personalize.recommenders.item_affinity import (
    JUDGED_ITEMS,
    TRUTH_SHARE,
    ItemAffinity,
    segment_recall,
    users_of,
)
from local_personalize.recommenders.metrics import (
    LIST_LENGTH,
    best,
    own_hits_ndcg,
    precision,
    reciprocal_rank,
    usual_ndcg,
)
from local_personalize.recommenders.registry import recommender_for
from local_personalize.recommenders.splitting import TEST_USERS, HeldOut, held_out, hold_out, newest_share

DEPTHS = (5, 10, 25)
MOST_COVERAGE_USERS = 500
USUAL_NDCG = "usual_normalized_discounted_cumulative_gain_at_25"
Places = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Metrics under Amazon Personalize's names, the figures of each test user, and the parameters training chose.

    per_user holds columns over the test users: users (ids), every metric but coverage, and the usual NDCG, whose ideal
    list begins with the whole truth where the reported one orders the list's own hits.
    """

    metrics: dict[str, float]
    per_user: dict[str, Sequence[str] | Floats]
    test_users: list[str]
    train_users: int
    tuned: dict[str, str]


def evaluate(
    recipe: str,
    dataset: Dataset,
    parameters: Mapping[str, str] = NO_PARAMETERS,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Evaluation:
    """Train a recipe on nine users in ten and judge it on the rest; a segment recipe on four events in five of each."""
    kind = recommender_for(recipe)
    if issubclass(kind, ItemAffinity):
        return _evaluate_segments(kind, dataset, parameters, seed=seed, progress=progress)
    rows = dataset.interactions
    chosen = hold_out(rows.user_ids, TEST_USERS, seed)
    training = Dataset(rows.where(~chosen[rows.users]), dataset.items, dataset.users)
    recommender = kind.fit(training, parameters, seed=seed, progress=progress)
    cuts = held_out(rows, chosen)
    queries = [query_of(rows, cut) for cut in cuts]
    lists = [best(recommender.scores(query), LIST_LENGTH) for query in queries]
    truths = [np.unique(rows.items[cut.truth]) for cut in cuts]
    figures = figures_of(lists, truths)
    users = [rows.user_ids[cut.user] for cut in cuts]
    shown = np.unique(np.concatenate([*lists, *_lists_of_training(recommender, len(lists))]))
    means = {name: float(np.mean(column)) for name, column in figures.items() if name != USUAL_NDCG}
    return Evaluation(
        metrics={"coverage": len(shown) / len(dataset.item_ids), **means},
        per_user={"users": users, **figures},
        test_users=users,
        train_users=len(np.unique(training.interactions.users)),
        tuned=recommender.tuned(),
    )


def _evaluate_segments(
    kind: type[ItemAffinity], dataset: Dataset, parameters: Mapping[str, str], *, seed: int, progress: Progress
) -> Evaluation:
    """Judge the top 1 % of the users for the items that most users chose in the newest fifth of their histories."""
    rows = dataset.interactions
    newest = newest_share(rows, TRUTH_SHARE)
    training = Dataset(rows.where(~newest), dataset.items, dataset.users)
    recommender = kind.fit(training, parameters, seed=seed, progress=progress)
    figures = segment_recall(recommender, users_of(rows.where(newest), JUDGED_ITEMS))
    metrics = {f"{name}_at_k": float(np.mean(column or [0.0])) for name, column in figures.items()}
    users = np.unique(training.interactions.users)
    return Evaluation(metrics, {}, [], len(users), recommender.tuned())


def query_of(rows: Interactions, cut: HeldOut) -> Query:
    """Return the query a campaign would get from a test user after the given events."""
    items = [rows.item_ids[place] for place in rows.items[cut.given]]
    times = rows.timestamps[cut.given].tolist()
    events = tuple(Event(item_id, time) for item_id, time in zip(items, times, strict=True))
    return Query(events=events, item_id=items[-1] if items else None)


def figures_of(lists: Sequence[Places], truths: Sequence[Places]) -> dict[str, Floats]:
    """Judge one list of places of items per user against the places of the truth."""
    columns: dict[str, list[float]] = {}
    for found, truth in zip(lists, truths, strict=True):
        for name, figure in _figures(np.isin(found, truth), len(truth)).items():
            columns.setdefault(name, []).append(figure)
    return {name: np.array(column) for name, column in columns.items()}


def _figures(hits: NDArray[np.bool_], relevant: int) -> dict[str, float]:
    return {
        "mean_reciprocal_rank_at_25": reciprocal_rank(hits),
        **{f"normalized_discounted_cumulative_gain_at_{k}": own_hits_ndcg(hits, k) for k in DEPTHS},
        **{f"precision_at_{k}": precision(hits, k) for k in DEPTHS},
        USUAL_NDCG: usual_ndcg(hits, LIST_LENGTH, relevant),
    }


def _lists_of_training(recommender: Recommender, judged: int) -> list[Places]:
    """Return lists of users who trained, so that coverage sees up to 500 users: what the version might recommend."""
    users = recommender.user_ids[: max(0, MOST_COVERAGE_USERS - judged)]
    return [best(recommender.scores(_last_query(recommender, user)), LIST_LENGTH) for user in users]


def _last_query(recommender: Recommender, user_id: str) -> Query:
    history = recommender.seen(Query(user_id))
    return Query(user_id, item_id=recommender.item_ids[history[-1]] if history.size else None)
