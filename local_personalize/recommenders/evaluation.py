"""How well a recipe does on data it has not seen, by Amazon Personalize's own protocol.

Nine users in ten train; of each other user the oldest nine tenths of the history are given and the newest tenth, at
least one event, is the truth of a list of 25. A related-items recipe is asked for items related to the last given one.

All recipes are judged alike: where users as good as never take an item twice, what was given is left out of every list,
popularity's too. Otherwise a recipe that knows to put seen items last would look better than it is beside one that
does not, while a filter would do the same for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from local_personalize.recommenders.objective import METRIC, attribute_values, rewards_caught
from local_personalize.recommenders.progress import part
from local_personalize.recommenders.registry import recommender_for
from local_personalize.recommenders.splitting import TEST_USERS, HeldOut, folds, held_out, hold_out, newest_share
from local_personalize.recommenders.tuning import REPEATS_ALLOWED, repeat_rate

DEPTHS = (5, 10, 25)
FOLDS = 10
MOST_COVERAGE_USERS = 500
MOST_CELLS = 100_000_000
"""Scores that are looked at: of more test users for so many items an even choice is judged, thousands or a hundred."""
FEWEST_LISTS = 100
FITTED = 0.85
"""Share of the work that the training is."""
REPORTED_CELLS = 20_000_000
"""Scores between two reports of progress."""
JUDGING = "Judging the lists of the test users"
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
    chosen = hold_out(dataset.interactions.user_ids, TEST_USERS, seed)
    judged = _judged(kind, dataset, chosen, parameters, seed=seed, progress=progress)
    recommender, users, lists = judged.recommender, judged.users, judged.lists
    extra = _lists_of_training(recommender, len(lists), hides_seen=judged.hides_seen, progress=progress)
    shown = set[int]().union(*(found.tolist() for found in (*lists, *extra)))
    means = {name: float(np.mean(column)) for name, column in judged.figures.items() if name != USUAL_NDCG}
    coverage = {"coverage": len(shown) / len(dataset.item_ids)} if shown else {}
    return Evaluation(
        metrics={**coverage, **means},
        per_user={"users": users, **judged.figures},
        test_users=users,
        train_users=int((np.diff(recommender.trained.offsets) > 0).sum()),
        tuned=recommender.tuned(),
    )


def evaluate_all(
    recipe: str,
    dataset: Dataset,
    parameters: Mapping[str, str] = NO_PARAMETERS,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> dict[str, Sequence[str] | Floats]:
    """Judge every user once, in ten trainings that each hold out a tenth of the users: columns as Evaluation.per_user.

    KeyError for a segment recipe, whose users are not held out.
    """
    kind = recommender_for(recipe)
    if issubclass(kind, ItemAffinity):
        raise KeyError(recipe)
    masks = [mask for mask in folds(dataset.interactions.user_ids, FOLDS, seed) if mask.any()]
    columns: dict[str, list[Floats]] = {}
    users: list[str] = []
    for number, mask in enumerate(masks):
        judged = _judged(kind, dataset, mask, parameters, seed=seed, progress=_fold(progress, number, len(masks)))
        users += judged.users
        for name, column in judged.figures.items():
            columns.setdefault(name, []).append(column)
    return {"users": users, **{name: np.concatenate(parts) for name, parts in columns.items()}}


def _fold(progress: Progress, number: int, count: int) -> Progress:
    """Return what a fold reports to."""
    whole = part(progress, number / count, (number + 1) / count)
    return lambda fraction, text: whole(fraction, f"Fold {number + 1} of {count}: {text}")


@dataclass(frozen=True, slots=True)
class _Judged:
    """A recommender that did not train on some users, and how they fared."""

    recommender: Recommender
    users: list[str]
    lists: list[Places]
    figures: dict[str, Floats]
    hides_seen: bool


def _judged(
    kind: type[Recommender],
    dataset: Dataset,
    chosen: NDArray[np.bool_],
    parameters: Mapping[str, str],
    *,
    seed: int,
    progress: Progress,
) -> _Judged:
    rows = dataset.interactions
    training = Dataset(_without(rows, chosen), dataset.items, dataset.users)
    recommender = kind.fit(training, parameters, seed=seed, progress=part(progress, 0, FITTED))
    del training
    relevant, hides_seen = kind.relevant(rows), repeat_rate(rows) < REPEATS_ALLOWED
    cuts = _evenly([cut for cut in held_out(rows, chosen) if relevant[cut.truth].any()], len(recommender.item_ids))
    queries = (query_of(rows, cut) for cut in cuts)
    lists = _lists(recommender, queries, len(cuts), hides_seen=hides_seen, progress=part(progress, FITTED, 1))
    truths = [np.unique(rows.items[cut.truth][relevant[cut.truth]]) for cut in cuts]
    users = [rows.user_ids[cut.user] for cut in cuts]
    figures = figures_of(lists, truths)
    if (values := attribute_values(dataset, parameters)) is not None:
        figures[METRIC] = rewards_caught(values, lists, truths)
    return _Judged(recommender, users, lists, figures, hides_seen)


def _without(rows: Interactions, chosen: NDArray[np.bool_]) -> Interactions:
    """Return the rows of the other users, without what no recipe looks at."""
    return replace(rows, values=None).where(~chosen[rows.users])


def _evenly(cuts: list[HeldOut], items: int) -> list[HeldOut]:
    """Return as many cuts as there may be lists of so many items, at even distances."""
    most = max(FEWEST_LISTS, MOST_CELLS // max(items, 1))
    return cuts if len(cuts) <= most else [cuts[place * len(cuts) // most] for place in range(most)]


def _lists(
    recommender: Recommender, queries: Iterable[Query], count: int, *, hides_seen: bool, progress: Progress
) -> list[Places]:
    lists = list[Places]()
    between = max(1, REPORTED_CELLS // max(len(recommender.item_ids), 1))
    for query in queries:
        if len(lists) % between == 0:
            progress(len(lists) / count, JUDGING)
        lists.append(_list(recommender, query, hides_seen=hides_seen))
    return lists


def _list(recommender: Recommender, query: Query, *, hides_seen: bool) -> Places:
    """Return the 25 best items, without those of the query's history where seen items are hidden."""
    scores = recommender.scores(query)
    if not hides_seen:
        return best(scores, LIST_LENGTH)
    seen = np.unique(recommender.seen(query))
    scores = scores.copy()
    scores[seen] = -np.inf
    return best(scores, min(LIST_LENGTH, len(scores) - len(seen)))


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
    times, names = rows.timestamps[cut.given].tolist(), [""] * len(items)
    if rows.event_types is not None:
        names = [rows.event_type_names[code] for code in rows.event_types[cut.given]]
    events = tuple(Event(*event) for event in zip(items, times, names, strict=True))
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


def _lists_of_training(recommender: Recommender, judged: int, *, hides_seen: bool, progress: Progress) -> list[Places]:
    """Return lists of users who trained, so that coverage sees up to 500 users: what the version might recommend."""
    most = min(MOST_COVERAGE_USERS, MOST_CELLS // max(len(recommender.item_ids), 1))
    users = recommender.user_ids[: max(0, most - judged)]
    queries = (_last_query(recommender, user) for user in users)
    return _lists(recommender, queries, len(users), hides_seen=hides_seen, progress=part(progress, 1, 1))


def _last_query(recommender: Recommender, user_id: str) -> Query:
    history = recommender.seen(Query(user_id))
    return Query(user_id, item_id=recommender.item_ids[history[-1]] if history.size else None)
