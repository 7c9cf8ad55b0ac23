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
from local_personalize.recommenders.metrics import (
    LIST_LENGTH,
    best,
    own_hits_ndcg,
    precision,
    reciprocal_rank,
    usual_ndcg,
)
from local_personalize.recommenders.registry import recommender_for
from local_personalize.recommenders.splitting import TEST_USERS, HeldOut, held_out, hold_out

DEPTHS = (5, 10, 25)
MOST_COVERAGE_USERS = 500
METRICS = {
    "mean_reciprocal_rank_at_25": "mrr25",
    **{f"normalized_discounted_cumulative_gain_at_{k}": f"ndcg{k}" for k in DEPTHS},
    **{f"precision_at_{k}": f"precision{k}" for k in DEPTHS},
}
Places = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Metrics under Amazon Personalize's names, the figures of each test user, and the parameters training chose.

    per_user holds columns over the test users: users (ids), mrr25, precision5, 10, 25, ndcg5, 10, 25 (own-hits, as
    reported) and ndcg25_usual, whose ideal list begins with the whole truth.
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
    """Train a recipe on nine users in ten and judge it on the rest."""
    rows = dataset.interactions
    chosen = hold_out(rows.user_ids, TEST_USERS, seed)
    training = Dataset(rows.where(~chosen[rows.users]), dataset.items, dataset.users)
    recommender = recommender_for(recipe).fit(training, parameters, seed=seed, progress=progress)
    cuts = held_out(rows, chosen)
    queries = [query_of(rows, cut) for cut in cuts]
    lists = [best(recommender.scores(query), LIST_LENGTH) for query in queries]
    truths = [np.unique(rows.items[cut.truth]) for cut in cuts]
    figures = figures_of(lists, truths)
    users = [rows.user_ids[cut.user] for cut in cuts]
    shown = np.unique(np.concatenate([*lists, *_lists_of_training(recommender, len(lists))]))
    metrics = {name: float(np.mean(figures[column])) for name, column in METRICS.items()}
    return Evaluation(
        metrics={"coverage": len(shown) / len(dataset.item_ids), **metrics},
        per_user={"users": users, **figures},
        test_users=users,
        train_users=len(np.unique(training.interactions.users)),
        tuned=recommender.tuned(),
    )


def query_of(rows: Interactions, cut: HeldOut) -> Query:
    """Return the query a campaign would get from a test user after the given events."""
    items = [rows.item_ids[place] for place in rows.items[cut.given]]
    times = rows.timestamps[cut.given].tolist()
    events = tuple(Event(item_id, time) for item_id, time in zip(items, times, strict=True))
    return Query(events=events, item_id=items[-1] if items else None)


def figures_of(lists: list[Places], truths: list[Places]) -> dict[str, Floats]:
    """Judge one list of places of items per user against the places of the truth."""
    columns: dict[str, list[float]] = {}
    for found, truth in zip(lists, truths, strict=True):
        for name, figure in _figures(np.isin(found, truth), len(truth)).items():
            columns.setdefault(name, []).append(figure)
    return {name: np.array(column) for name, column in columns.items()}


def _figures(hits: NDArray[np.bool_], relevant: int) -> dict[str, float]:
    depths = {f"ndcg{k}": own_hits_ndcg(hits, k) for k in DEPTHS} | {
        f"precision{k}": precision(hits, k) for k in DEPTHS
    }
    return {"mrr25": reciprocal_rank(hits), **depths, "ndcg25_usual": usual_ndcg(hits, LIST_LENGTH, relevant)}


def _lists_of_training(recommender: Recommender, judged: int) -> list[Places]:
    """Return lists of users who trained, so that coverage sees up to 500 users: what the version might recommend."""
    users = recommender.user_ids[: max(0, MOST_COVERAGE_USERS - judged)]
    return [best(recommender.scores(_last_query(recommender, user)), LIST_LENGTH) for user in users]


def _last_query(recommender: Recommender, user_id: str) -> Query:
    history = recommender.seen(Query(user_id))
    return Query(user_id, item_id=recommender.item_ids[history[-1]] if history.size else None)
