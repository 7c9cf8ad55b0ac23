"""Asks for recommendations and tells them by title."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.catalog import Catalog, Item
from services.connection import Connection
from services.deployments import Deployment
from services.service_call import ServiceCall


@dataclass(frozen=True, slots=True)
class RankedItem:
    """One place of a list; rank counts from 1, and a score of None means that the recipe gives none."""

    rank: int
    item: Item
    score: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A saved filter and the values of its parameters, as GetRecommendations takes them."""

    arn: str
    values: Mapping[str, str]

    def members(self) -> dict[str, Any]:
        """Return the request members."""
        return {"filterArn": self.arn} | ({"filterValues": dict(self.values)} if self.values else {})


@dataclass(frozen=True, slots=True)
class Promotion:
    """Places of a list that are kept for the items of a filter, in percent."""

    name: str
    chosen: Filter
    percent: int

    def members(self) -> dict[str, Any]:
        """Return the request members."""
        one = {"name": self.name, "percentPromotedItems": self.percent, **self.chosen.members()}
        return {"promotions": [one]}


@dataclass(frozen=True)
class Recommendations:
    """One answer: the list, and what is needed to repeat and trace it."""

    items: tuple[RankedItem, ...]
    call: ServiceCall
    recommendation_id: str
    seconds: float

    @property
    def item_ids(self) -> list[str]:
        """Return the ids in order."""
        return [ranked.item.item_id for ranked in self.items]


@dataclass(frozen=True, slots=True)
class Move:
    """One item of two lists with its rank in each; None where it is missing."""

    item: Item
    before: int | None
    after: int | None

    @property
    def gain(self) -> int | None:
        """Return how many places it rose; negative when it fell, None when it is in one list only."""
        return self.before - self.after if self.before and self.after else None


def for_user(
    connection: Connection,
    deployment: Deployment,
    user_id: str,
    count: int,
    catalog: Catalog,
    chosen: Filter | None = None,
    *,
    promotion: Promotion | None = None,
    context: Mapping[str, str] | None = None,
) -> Recommendations:
    """Ask what to show to a user, perhaps in some circumstances. Raises ClientError."""
    parameters = {**deployment.target, "userId": user_id, "numResults": count}
    parameters |= chosen.members() if chosen else {}
    parameters |= promotion.members() if promotion else {}
    parameters |= {"context": dict(context)} if context else {}
    return _ask(connection, parameters, catalog)


def similar(
    connection: Connection, deployment: Deployment, item_id: str, count: int, catalog: Catalog, user_id: str = ""
) -> Recommendations:
    """Ask what is like an item; some use cases of domains want to know the user too. Raises ClientError."""
    parameters = {**deployment.target, "itemId": item_id, "numResults": count}
    return _ask(connection, parameters | ({"userId": user_id} if user_id else {}), catalog)


def rerank(
    connection: Connection, deployment: Deployment, user_id: str, item_ids: Sequence[str], catalog: Catalog
) -> Recommendations:
    """Ask for the order of a list that fits a user. Raises ClientError."""
    parameters = {**deployment.target, "userId": user_id, "inputList": list(item_ids)}
    call = ServiceCall("personalize-runtime", "get_personalized_ranking", parameters)
    return _answer(connection, call, "personalizedRanking", catalog)


def moves(before: Sequence[RankedItem], after: Sequence[RankedItem]) -> list[Move]:
    """Return every item of two lists: the second list in its order, then what is only in the first."""
    old = {ranked.item.item_id: ranked.rank for ranked in before}
    new = {ranked.item.item_id for ranked in after}
    kept = [Move(ranked.item, old.get(ranked.item.item_id), ranked.rank) for ranked in after]
    return kept + [Move(ranked.item, ranked.rank, None) for ranked in before if ranked.item.item_id not in new]


def genre_shares(items: Iterable[Item]) -> dict[str, float]:
    """Return the share of the items that carry each genre, commonest first; items may carry several."""
    listed = list(items)
    counts = Counter(genre for item in listed for genre in item.genres)
    return {genre: count / len(listed) for genre, count in counts.most_common()}


def _ask(connection: Connection, parameters: dict[str, Any], catalog: Catalog) -> Recommendations:
    call = ServiceCall("personalize-runtime", "get_recommendations", parameters)
    return _answer(connection, call, "itemList", catalog)


def _answer(connection: Connection, call: ServiceCall, member: str, catalog: Catalog) -> Recommendations:
    started = time.perf_counter()
    answer = call.run(connection)
    seconds = time.perf_counter() - started
    items = tuple(
        RankedItem(rank, catalog.item(found["itemId"]), found.get("score"), ", ".join(found.get("reason", [])))
        for rank, found in enumerate(answer[member], start=1)
    )
    return Recommendations(items, call, answer.get("recommendationId", ""), seconds)
