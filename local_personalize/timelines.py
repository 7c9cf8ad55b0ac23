"""What a user sent, and how the list changed with it, told afterwards: docs/insights.md has requests and answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from local_personalize import answers
from local_personalize.answers import Wish
from local_personalize.application import Application
from local_personalize.errors import InvalidInputException
from local_personalize.insights import DEFAULT_RESULTS, Document, group_of, named_resource, read_request
from local_personalize.recipe_book import POPULAR_ITEMS, USER_PERSONALIZATION, Recipe
from local_personalize.serving import Streamed
from local_personalize.targets import Target, behind

MOST_MOMENTS = 50
"""The newest events of a user that a timeline goes through: each costs one answer of the model."""


def events(app: Application, body: bytes) -> Document:
    """Return all events of a user that were streamed to the dataset group, oldest first."""
    request, connection = read_request(body), app.store.reader()
    group = group_of(named_resource(connection, request))
    sql = "SELECT item, type, sent FROM events WHERE dataset_group = ? AND user = ? AND item <> '' ORDER BY sent, id"
    rows = connection.execute(sql, (group, request.get("userId")))
    return {"events": [_event(*row) for row in rows]}


def timeline(app: Application, body: bytes) -> Document:
    """Return the events of a user since training, and the list before the first and after each of them.

    Every list is what GetRecommendations answers at that moment without a filter: the model, the hidden items and the
    exploration of the campaign or recommender are those of now.
    """
    request, connection = read_request(body), app.store.reader()
    target = behind(app.models, connection, named_resource(connection, request))
    if not _for_users(target.deployed.recipe):
        raise InvalidInputException(f"{target.deployed.recipe.name} does not recommend items for a user alone.")
    streamed = target.streamed(request.get("userId"))
    first = max(len(streamed) - MOST_MOMENTS, 0)
    wish = _wish(target, request)
    moments = (streamed[:place] for place in range(first, len(streamed) + 1))
    return {
        "events": [_event(event.item_id, event.event_type, event.timestamp) for event in streamed[first:]],
        "lists": [_list(target, wish, request, known) for known in moments],
    }


def _for_users(recipe: Recipe) -> bool:
    return recipe.type in (USER_PERSONALIZATION, POPULAR_ITEMS) and "itemId" not in recipe.needs


def _wish(target: Target, request: Document) -> Wish:
    wish = Wish(
        request.get("numResults", DEFAULT_RESULTS),
        np.ones(len(target.deployed.places), dtype=np.bool_),
        exploration=target.exploration,
    )
    if not wish.exploration.weight:
        return wish
    novelty, where = target.deployed.novelty, (target.place.connection, target.place.group)
    return replace(wish, impressions=novelty.impressions(*where), well_known=novelty.well_known(*where))


def _list(target: Target, wish: Wish, request: Document, known: list[Streamed]) -> list[dict[str, Any]]:
    """Return the list of a user of whom these events are known beside what training knew."""
    user_id = request.get("userId")
    hidden = target.deployed.hidden(user_id, known)
    then = wish if hidden is None else replace(wish, allowed=~hidden)
    found = answers.recommend(target.deployed, target.query(user_id, None, known, request.get("context", {})), then)
    return [{"itemId": answer.item_id, "score": answer.score, "reason": answer.reason} for answer in found]


def _event(item_id: str, event_type: str, sent: float) -> Document:
    return {"itemId": item_id, "eventType": event_type, "sentAt": sent}
