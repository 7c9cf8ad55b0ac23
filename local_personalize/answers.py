"""Picks the items of an answer: the best that filters allow, promotions among them, or a given list in order."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from local_personalize.exploration import LIKELY, MOST_LIKELY, NOT_AT_ALL, Exploration, explored
from local_personalize.filters.evaluate import Mask
from local_personalize.recommenders.base import Query
from local_personalize.serving import Deployed


@dataclass(frozen=True, slots=True)
class Promotion:
    """Items that get a share of the list, whatever else is filtered."""

    name: str
    percent: int
    allowed: Mask


@dataclass(frozen=True, slots=True)
class Answer:
    """One item of an answer; the reason is one of those that GetRecommendations names."""

    item_id: str
    score: float | None
    promotion: str | None = None
    reason: str | None = None


PROMOTED, EXPLORED = "Promoted item", "Exploration"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request wants: how many items, which are allowed, and what is promoted and explored."""

    count: int
    allowed: Mask
    promotions: Sequence[Promotion] = ()
    exploration: Exploration = NOT_AT_ALL
    impressions: Mapping[int, int] = field(default_factory=dict)
    """How often the item at a place was shown; exploration leaves well-known ones alone."""
    well_known: frozenset[int] = frozenset()
    """Places of items that need no exploration any more since training."""
    seed: str = ""
    """Where promoted items go is drawn by it."""


def recommend(deployed: Deployed, query: Query, wish: Wish) -> list[Answer]:
    """Return the best allowed items; each promotion gets its share of the places, and young items some others."""
    recommender = deployed.recommender
    scores = deployed.scores(query)
    published = recommender.publish(scores) if recommender.has_scores else None
    free = wish.allowed.copy()
    if query.item_id in deployed.places:
        free[deployed.places[query.item_id]] = False
    promoted: list[tuple[int, str]] = []
    for promotion in wish.promotions:
        share = round(wish.count * promotion.percent / 100)
        promoted += [(place, promotion.name) for place in best(scores, promotion.allowed, share)]
    free[[place for place, _ in promoted]] = False
    rest, drawn = _explored(deployed, query, scores, free, replace(wish, count=wish.count - len(promoted)))
    merged = _mixed([(place, None) for place in rest], promoted, wish.seed)
    return [_answer(deployed, place, published, name, place in drawn) for place, name in merged]


def _explored(
    deployed: Deployed, query: Query, scores: NDArray[np.float64], free: Mask, wish: Wish
) -> tuple[list[int], set[int]]:
    """Return the best free items, with young ones among them where the wish explores and the user is known."""
    relevant = best(scores[: deployed.known], free[: deployed.known], wish.count)
    weight = wish.exploration.weight
    if not weight or not deployed.recipe.explores or deployed.recommender.is_cold(query):
        return relevant, set()
    likely = best(scores, free, min(int(free.sum()) // LIKELY, MOST_LIKELY))
    is_young = deployed.novelty.young(wish.exploration.cut_off_days)
    candidates = [place for place in likely if is_young[place] and place not in wish.well_known]
    return explored(relevant, candidates, weight, f"{query.user_id} {len(query.events)}", wish.impressions)


def best(scores: NDArray[np.float64], allowed: Mask, count: int) -> list[int]:
    """Return the places of the best allowed items, best first; of equals the earlier place leads."""
    places = np.flatnonzero(allowed)
    if count < len(places):
        threshold = np.partition(scores[places], -max(count, 1))[-max(count, 1)]
        places = places[scores[places] >= threshold]
    order = np.argsort(-scores[places], kind="stable")[:count]
    return [int(place) for place in places[order]]


def _mixed(
    rest: Sequence[tuple[int, str | None]], promoted: Sequence[tuple[int, str]], seed: str
) -> list[tuple[int, str | None]]:
    if not promoted:
        return list(rest)
    total = len(rest) + len(promoted)
    taken = set(random.Random(seed).sample(range(total), len(promoted)))
    one, other = iter(promoted), iter(rest)
    return [next(one) if slot in taken else next(other) for slot in range(total)]


def _answer(
    deployed: Deployed, place: int, published: NDArray[np.float64] | None, promotion: str | None, drawn: bool
) -> Answer:
    score = None if published is None else float(published[place])
    reason = PROMOTED if promotion is not None else EXPLORED if drawn else None
    return Answer(deployed.recommender.item_ids[place], score, promotion, reason)


def rank(deployed: Deployed, query: Query, item_ids: Sequence[str], allowed: Mask, keep_unknown: bool) -> list[Answer]:
    """Return a list of items in the user's order; those that no one interacted with come last, without a score."""
    recommender, item_events = deployed.recommender, deployed.recommender.trained.item_events
    distinct = list(dict.fromkeys(item_ids))
    known = [deployed.places[item_id] for item_id in distinct if item_id in deployed.places]
    scored = np.array([place for place in known if allowed[place] and item_events[place] > 0], dtype=np.int64)
    scores = recommender.publish(deployed.scores(query), scored)
    order = np.argsort(-scores, kind="stable")
    ranked = [Answer(recommender.item_ids[scored[index]], float(scores[index])) for index in order]
    cold = [item_id for item_id in distinct if _is_cold(deployed, item_id, allowed, keep_unknown)]
    return ranked + [Answer(item_id, None) for item_id in cold]


def _is_cold(deployed: Deployed, item_id: str, allowed: Mask, keep_unknown: bool) -> bool:
    place = deployed.places.get(item_id)
    if place is None:
        return keep_unknown
    return bool(allowed[place]) and deployed.recommender.trained.item_events[place] == 0
