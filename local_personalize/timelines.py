"""What a user sent, and how the list changed with it, told afterwards: docs/insights.md has requests and answers."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

import numpy as np

from local_personalize import answers
from local_personalize.answers import Wish
from local_personalize.application import Application
from local_personalize.errors import InvalidInputException
from local_personalize.exploration import Exploration
from local_personalize.insights import DEFAULT_RESULTS, Document, group_of, named_resource, read_request
from local_personalize.recipe_book import POPULAR_ITEMS, USER_PERSONALIZATION, Recipe
from local_personalize.resources import Resource
from local_personalize.serving import Deployed, Streamed

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
    resource = named_resource(connection, request)
    deployed = app.models.get(resource.doc["_model"])
    if not _for_users(deployed.recipe):
        raise InvalidInputException(f"{deployed.recipe.name} does not recommend items for a user alone.")
    streamed = deployed.streamed(connection, group_of(resource), request.get("userId"))
    first = max(len(streamed) - MOST_MOMENTS, 0)
    wish = _wish(deployed, connection, resource, request)
    moments = (streamed[:place] for place in range(first, len(streamed) + 1))
    return {
        "events": [_event(event.item_id, event.event_type, event.timestamp) for event in streamed[first:]],
        "lists": [_list(deployed, wish, request, known) for known in moments],
    }


def _for_users(recipe: Recipe) -> bool:
    return recipe.type in (USER_PERSONALIZATION, POPULAR_ITEMS) and "itemId" not in recipe.needs


def _wish(deployed: Deployed, connection: sqlite3.Connection, resource: Resource, request: Document) -> Wish:
    config: Document = resource.doc.get("campaignConfig") or resource.doc.get("recommenderConfig") or {}
    exploration = Exploration.of(config.get("itemExplorationConfig", {}))
    return Wish(
        request.get("numResults", DEFAULT_RESULTS),
        np.ones(len(deployed.places), dtype=np.bool_),
        exploration=exploration,
        impressions=deployed.novelty.impressions(connection, group_of(resource)) if exploration.weight else {},
        well_known=deployed.novelty.well_known(connection, group_of(resource)) if exploration.weight else frozenset(),
    )


def _list(deployed: Deployed, wish: Wish, request: Document, known: list[Streamed]) -> list[dict[str, Any]]:
    """Return the list of a user of whom these events are known beside what training knew."""
    user_id = request.get("userId")
    hidden = deployed.hidden(user_id, known)
    then = wish if hidden is None else replace(wish, allowed=~hidden)
    found = answers.recommend(deployed, deployed.query(user_id, None, known, request.get("context", {})), then)
    return [{"itemId": answer.item_id, "score": answer.score, "reason": answer.reason} for answer in found]


def _event(item_id: str, event_type: str, sent: float) -> Document:
    return {"itemId": item_id, "eventType": event_type, "sentAt": sent}
