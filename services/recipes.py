"""What each recipe is for, as far as the pages need to know: what to ask it, and whether it hears events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.connection import Connection

Purpose = Literal["user", "item", "ranking", "segment", "action"]
"""What a request names: a user, an item, a user with a list to rank; segments and actions have pages of their own."""

POPULARITY = "aws-popularity-count"
_PURPOSES: dict[str, Purpose] = {
    "USER_PERSONALIZATION": "user",
    "POPULAR_ITEMS": "user",
    "RELATED_ITEMS": "item",
    "PERSONALIZED_RANKING": "ranking",
    "USER_SEGMENTATION": "segment",
    "PERSONALIZED_ACTIONS": "action",
}
# The service says what a recipe needs, not whether it hears events; the developer guide names those that do not.
_DEAF = (
    "popular",
    "trending",
    "best-sellers",
    "sims",
    "similar",
    "more-like",
    "because-you",
    "bought-together",
    "viewed",
)
_SHORT = {
    "aws-user-personalization": "User-Personalization",
    "aws-user-personalization-v2": "User-Personalization-v2",
    "aws-popularity-count": "Popularity-Count",
    "aws-similar-items": "Similar-Items",
    "aws-sims": "SIMS",
    "aws-personalized-ranking": "Personalized-Ranking",
    "aws-personalized-ranking-v2": "Personalized-Ranking-v2",
    "aws-trending-now": "Trending-Now",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """One recipe or domain use case."""

    name: str
    arn: str
    purpose: Purpose
    about: str
    domain: str = ""


def read_recipes(connection: Connection) -> dict[str, Recipe]:
    """Return every recipe by its name. Raises ClientError."""
    personalize = connection.client("personalize")
    listed = personalize.get_paginator("list_recipes").paginate().search("recipes[]")
    found = ((summary, personalize.describe_recipe(recipeArn=summary["recipeArn"])["recipe"]) for summary in listed)
    return {summary["name"]: _recipe(doc, summary.get("domain", "")) for summary, doc in found}


def hears_events(recipe: str) -> bool:
    """Tell whether an event changes the next answer of a recipe."""
    return not any(word in recipe for word in _DEAF)


def short_name(recipe: str) -> str:
    """Return a recipe's name as people write it."""
    words = recipe.removeprefix("aws-").removeprefix("vod-").removeprefix("ecomm-")
    return _SHORT.get(recipe) or words.replace("-", " ").capitalize()


def _recipe(doc: dict[str, str], domain: str) -> Recipe:
    purpose = _PURPOSES.get(doc.get("recipeType", ""), "user")
    return Recipe(doc["name"], doc["recipeArn"], purpose, doc.get("description", ""), domain)
