"""What AWS does not tell: why items score as they do, and what the list would be for another history.

docs/insights.md describes requests and answers. Nothing here writes: a history given in a request is heard once.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from botocore.model import Shape, ShapeResolver

from local_personalize import answers, clock, resources
from local_personalize.answers import Wish
from local_personalize.application import Application
from local_personalize.errors import InvalidInputException, ResourceNotFoundException
from local_personalize.recommenders.base import Event, Query
from local_personalize.recommenders.explanation import Explanation
from local_personalize.resources import Resource
from local_personalize.serving import Deployed
from local_personalize.targets import behind
from local_personalize.validation import validate

Document = dict[str, Any]

DEFAULT_RESULTS = 25
TARGETS = {"campaignArn": "campaign", "recommenderArn": "recommender", "solutionVersionArn": "solution-version"}
SHAPES: dict[str, Any] = {
    "Request": {
        "type": "structure",
        "members": {
            **{name: {"shape": "Text"} for name in (*TARGETS, "userId", "itemId")},
            "history": {"shape": "History"},
            "itemIds": {"shape": "Items"},
            "context": {"shape": "Context"},
            "numResults": {"shape": "Count"},
            "parts": {"shape": "Parts"},
        },
    },
    "Text": {"type": "string", "max": 256},
    "History": {"type": "list", "member": {"shape": "Text"}, "max": 1000},
    "Items": {"type": "list", "member": {"shape": "Text"}, "max": 500},
    "Context": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}, "max": 150},
    "Count": {"type": "integer", "min": 1, "max": 500},
    "Parts": {"type": "integer", "min": 0, "max": 10_000},
}
SHAPE: Shape = ShapeResolver(SHAPES).get_shape_by_name("Request")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request about a model: what to ask it, and which items of the history and of the request it does not know."""

    deployed: Deployed
    query: Query
    item_ids: list[str] | None
    count: int
    parts: int | None
    """How many items of the history an explanation names; None for all."""
    unknown: list[str]


def preview(app: Application, body: bytes) -> Document:
    """Return the list for a user, for a history given in the request, or for both, without exploration and filters."""
    asked = _asked(app, body)
    wish = Wish(asked.count, np.ones(len(asked.deployed.places), dtype=np.bool_))
    found = answers.recommend(asked.deployed, asked.query, wish)
    items = [{"itemId": answer.item_id, "score": answer.score} for answer in found]
    return {"itemList": items, "unknownItems": asked.unknown}


def explain(app: Application, body: bytes) -> Document:
    """Return the addends of the scores of items, by default of those that preview lists."""
    asked = _asked(app, body)
    recommender, known = asked.deployed.recommender, asked.deployed.known
    scores = recommender.scores(asked.query)
    listed = asked.item_ids
    if listed is None:
        everything = np.ones(known, dtype=np.bool_)
        listed = [recommender.item_ids[place] for place in answers.best(scores[:known], everything, asked.count)]
    explanations = recommender.explain(asked.query, listed)
    if explanations is None:
        raise InvalidInputException(f"The scores of {asked.deployed.recipe.name} have no parts to tell of.")
    published = recommender.publish(scores)
    items = []
    for explanation in explanations:
        place = asked.deployed.places[explanation.item_id]
        rank = 1 + int((scores[:known] > scores[place]).sum())
        items.append({**_document(explanation, asked.parts), "rank": rank, "probability": float(published[place])})
    return {"items": items, "unknownItems": asked.unknown}


def _document(explanation: Explanation, parts: int | None) -> Document:
    """Return an explanation with so many items of the history, and the sum of the others."""
    shown = explanation.watched[:parts]
    others = explanation.watched[len(shown) :]
    return {
        "itemId": explanation.item_id,
        "score": explanation.score,
        "popularity": explanation.popularity,
        "context": explanation.context,
        "user": explanation.user,
        "objective": explanation.objective,
        "seen": explanation.seen,
        "watched": [
            {
                "itemId": watched.item_id,
                "value": watched.value,
                "together": watched.together,
                "follows": watched.follows,
                "metadata": watched.metadata,
            }
            for watched in shown
        ],
        "others": {"items": len(others), "value": math.fsum(watched.value for watched in others)},
    }


def read_request(body: bytes) -> Document:
    """Return the request that a body holds. Raises InvalidInputException."""
    try:
        request: Document = validate(SHAPE, json.loads(body or b"{}"))
    except (ValueError, RecursionError) as failure:
        raise InvalidInputException(f"The request is not valid JSON: {failure}") from failure
    return request


def _asked(app: Application, body: bytes) -> Asked:
    """Read a request about scores. Raises InvalidInputException and ResourceNotFoundException."""
    request, connection = read_request(body), app.store.reader()
    target = behind(app.models, connection, named_resource(connection, request))
    deployed, user_id, history = target.deployed, request.get("userId"), request.get("history", [])
    streamed = [] if user_id is None else target.streamed(user_id)
    query = target.query(user_id, request.get("itemId"), streamed, request.get("context", {}))
    named = dict.fromkeys([*history, *request.get("itemIds", [])])
    unknown = [item_id for item_id in named if item_id not in deployed.places]
    count = request.get("numResults", DEFAULT_RESULTS)
    asked = _with_history(query, history)
    return Asked(deployed, asked, request.get("itemIds"), count, request.get("parts"), unknown)


def _with_history(query: Query, history: Sequence[str]) -> Query:
    now = clock.now()
    newer = tuple(Event(item_id, now + step) for step, item_id in enumerate(history))
    return replace(query, events=(*query.events, *newer))


def named_resource(connection: sqlite3.Connection, request: Document) -> Resource:
    """Return the one active thing with a model that a request names."""
    given = [(name, kind) for name, kind in TARGETS.items() if request.get(name)]
    if len(given) != 1:
        raise InvalidInputException(f"Provide one of {', '.join(TARGETS)}.")
    name, kind = given[0]
    resource = resources.find(connection, request[name], kind)
    if resource is None:
        raise ResourceNotFoundException(f"{request[name]} does not exist.")
    if resource.doc["status"] != "ACTIVE":
        raise InvalidInputException(f"{resource.arn} is not ACTIVE: its status is {resource.doc['status']}.")
    return resource


def group_of(resource: Resource) -> str:
    """Return the ARN of the dataset group of a campaign, recommender or solution version."""
    return str(resource.doc.get("datasetGroupArn", resource.parent))
