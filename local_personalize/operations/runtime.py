"""Recommendations in real time, from campaigns and recommenders."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from local_personalize import action_rules, answers, attribution, filtering, resources
from local_personalize.answers import Answer, Promotion, Wish
from local_personalize.application import Call
from local_personalize.errors import InvalidInputException, ResourceNotFoundException
from local_personalize.filtering import Wanted
from local_personalize.filters.evaluate import Mask
from local_personalize.filters.tree import FilterError
from local_personalize.operations import states
from local_personalize.recipe_book import PERSONALIZED_ACTIONS, PERSONALIZED_RANKING
from local_personalize.resources import Document
from local_personalize.serving import Deployed, Streamed
from local_personalize.targets import Target, behind

DEFAULT_RESULTS = 25
MOST_RESULTS = 500
MOST_RESULTS_WITH_METADATA = 50
MOST_METADATA_COLUMNS = 10
DEFAULT_ACTIONS = 5
MOST_ACTIONS = 100


def get_recommendations(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Recommend items for a user, items related to an item, or popular items, as the recipe does."""
    target = _target(call, request)
    deployed, recommendation_id = target.deployed, attribution.recommendation_id(_arn(request))
    if deployed.recipe.type == PERSONALIZED_RANKING:
        raise InvalidInputException("The campaign ranks given items: use GetPersonalizedRanking.")
    if deployed.recipe.type == PERSONALIZED_ACTIONS:
        raise InvalidInputException("The campaign recommends actions: use GetActionRecommendations.")
    for member in deployed.recipe.needs:
        if not request.get(member):
            raise InvalidInputException(f"{member} is required for the recipe {deployed.recipe.name}.")
    user_id, item_id = request.get("userId"), request.get("itemId") if "itemId" in deployed.recipe.needs else None
    streamed = target.streamed(user_id)
    query = replace(
        target.query(user_id, item_id, streamed, request.get("context", {})),
        influence=target.config.get("rankingInfluence", {}),
    )
    wish = _wish(target, request, user_id, streamed, recommendation_id)
    items = answers.recommend(deployed, query, wish)
    call.app.shown.remember(recommendation_id, [item.item_id for item in items])
    return {
        "itemList": _documents(target, items, _metadata_columns(request, target)),
        "recommendationId": recommendation_id,
    }


def _wish(
    target: Target, request: Mapping[str, Any], user_id: str | None, streamed: Sequence[Streamed], seed: str
) -> Wish:
    shown = _shown(target.deployed, user_id, streamed)
    exploration = target.exploration
    promotions = [
        Promotion(
            promotion.get("name", ""),
            promotion.get("percentPromotedItems", 100),
            shown & _allowed(target, promotion, user_id, streamed, request.get("itemId")),
        )
        for promotion in request.get("promotions", [])
    ]
    allowed = shown & _allowed(target, request, user_id, streamed, request.get("itemId"))
    wish = Wish(_count(request, target), allowed, promotions, exploration, seed=seed)
    if not exploration.weight:
        return wish
    novelty, where = target.deployed.novelty, (target.place.connection, target.place.group)
    return replace(wish, impressions=novelty.impressions(*where), well_known=novelty.well_known(*where))


def get_personalized_ranking(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Put a list of items in the order that fits a user."""
    target = _target(call, request)
    deployed, user_id = target.deployed, request["userId"]
    if deployed.recipe.type != PERSONALIZED_RANKING:
        raise InvalidInputException("The campaign's solution must use a recipe of type PERSONALIZED_RANKING.")
    streamed = target.streamed(user_id)
    allowed = _allowed(target, request, user_id, streamed)
    ranked = answers.rank(
        deployed,
        target.query(user_id, None, streamed, request.get("context", {})),
        request["inputList"],
        allowed,
        keep_unknown=not _includes(target, request),
    )
    recommendation_id = attribution.recommendation_id(_arn(request))
    call.app.shown.remember(recommendation_id, [item.item_id for item in ranked])
    return {
        "personalizedRanking": _documents(target, ranked, _metadata_columns(request, target)),
        "recommendationId": recommendation_id,
    }


def get_action_recommendations(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Recommend actions to a user: none that expired, nor one that the user took too short a time ago."""
    target, user_id = _target(call, request), request.get("userId")
    deployed = target.deployed
    if deployed.recipe.type != PERSONALIZED_ACTIONS:
        raise InvalidInputException("The campaign's solution must use a recipe of type PERSONALIZED_ACTIONS.")
    if user_id is None:
        raise InvalidInputException(f"userId is required for the recipe {deployed.recipe.name}.")
    count = int(request.get("numResults") or DEFAULT_ACTIONS)
    if count > MOST_ACTIONS:
        raise InvalidInputException(f"numResults can be at most {MOST_ACTIONS}.")
    streamed = action_rules.streamed(target.place, deployed, user_id)
    allowed = action_rules.timely(target.place, deployed, user_id, streamed)
    allowed = allowed & _allowed(target, request, user_id, streamed)
    found = answers.recommend(deployed, deployed.query(user_id, None, streamed, {}), Wish(count, allowed))
    return {
        "actionList": [{"actionId": action.item_id, "score": action.score} for action in found],
        "recommendationId": attribution.recommendation_id(_arn(request)),
    }


def _target(call: Call, request: dict[str, Any]) -> Target:
    """Return what answers, or raise InvalidInputException where that is not exactly one active thing."""
    campaign, recommender = request.get("campaignArn"), request.get("recommenderArn")
    if bool(campaign) == bool(recommender):
        raise InvalidInputException("Provide either campaignArn or recommenderArn.")
    connection = call.app.store.reader()
    kind, arn = "campaign" if campaign else "recommender", _arn(request)
    resource = resources.find(connection, arn, kind)
    if resource is None:
        raise ResourceNotFoundException(f"{kind.capitalize()} {arn} not found.")
    if resource.doc["status"] != "ACTIVE":
        raise InvalidInputException(f"{kind.capitalize()} {arn} is not ACTIVE: its status is {resource.doc['status']}.")
    return behind(call.app.models, connection, resource)


def _arn(request: Mapping[str, Any]) -> str:
    """Return the ARN of the campaign or recommender that a request asks."""
    return str(request.get("campaignArn") or request.get("recommenderArn"))


def _count(request: Mapping[str, Any], target: Target) -> int:
    """Return numResults; 0 stands for the default, as the shape allows it."""
    count = int(request.get("numResults") or DEFAULT_RESULTS)
    columns = _metadata_columns(request, target)
    most, when = (MOST_RESULTS_WITH_METADATA, " with metadata") if columns else (MOST_RESULTS, "")
    if count > most:
        raise InvalidInputException(f"numResults can be at most {most}{when}.")
    return count


def _shown(deployed: Deployed, user_id: str | None, streamed: Sequence[Streamed]) -> Mask:
    """Return the items that the use case does not hide from the user."""
    hidden = deployed.hidden(user_id, streamed)
    return np.ones(len(deployed.places), dtype=np.bool_) if hidden is None else ~hidden


def _allowed(
    target: Target,
    request: Mapping[str, Any],
    user_id: str | None,
    streamed: Sequence[Streamed],
    item_id: str | None = None,
) -> Mask:
    """Return the items that the filter of a request or of a promotion lets through; all without one."""
    if not request.get("filterArn"):
        return np.ones(len(target.deployed.places), dtype=np.bool_)
    expression, values = _expression(target.place.connection, target, request), request.get("filterValues", {})
    wanted = Wanted(expression, values, item_id)
    try:
        return filtering.items_allowed(target.place, wanted, user_id, streamed)
    except FilterError as failure:
        raise InvalidInputException(f"The filter cannot be applied: {failure}.") from failure


def _expression(connection: sqlite3.Connection, target: Target, request: Mapping[str, Any]) -> str:
    filter = resources.find(connection, request["filterArn"], "filter")
    if filter is None or filter.doc["status"].startswith("DELETE"):
        raise ResourceNotFoundException(f"Filter {request['filterArn']} not found.")
    if filter.parent != target.place.group:
        raise InvalidInputException(f"Filter {filter.arn} is not in the dataset group of the campaign.")
    states.ensure_active(filter)
    return str(filter.doc["filterExpression"])


def _includes(target: Target, request: dict[str, Any]) -> bool:
    """Tell whether the request's filter names what is let in, which an unknown item never is."""
    if not request.get("filterArn"):
        return False
    tree = filtering.parsed(_expression(target.place.connection, target, request))
    return any(expression.include for expression in tree.expressions)


def _metadata_columns(request: Mapping[str, Any], target: Target) -> list[str]:
    asked = {kind.upper(): names for kind, names in request.get("metadataColumns", {}).items()}
    if not asked:
        return []
    if not target.config.get("enableMetadataWithRecommendations"):
        raise InvalidInputException("Metadata is not enabled: set enableMetadataWithRecommendations.")
    names = list(asked.pop("ITEMS", []))
    table = target.place.models.table(target.place.connection, target.place.group, "Items")
    unknown = [name for name in names if name not in table.columns]
    if asked or unknown or len(names) > MOST_METADATA_COLUMNS:
        raise InvalidInputException(
            f"metadataColumns takes ITEMS with at most {MOST_METADATA_COLUMNS} of: {', '.join(table.columns)}."
        )
    return names


def _documents(target: Target, items: Sequence[Answer], columns: Sequence[str]) -> list[Document]:
    table = target.place.models.table(target.place.connection, target.place.group, "Items") if columns else None
    documents = []
    for item in items:
        document: Document = {"itemId": item.item_id, "score": item.score, "promotionName": item.promotion}
        if item.reason is not None:
            document["reason"] = [item.reason]
        if table is not None:
            cells = {name: table.cell(item.item_id, name) for name in columns}
            document["metadata"] = {name: _as_text(cell) for name, cell in cells.items() if cell is not None}
        documents.append(document)
    return documents


def _as_text(cell: str | float) -> str:
    return cell if isinstance(cell, str) else f"{cell:.15g}"
