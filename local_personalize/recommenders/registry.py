"""Which recommender stands behind each recipe."""

from __future__ import annotations

import json
from pathlib import Path

from local_personalize.recommenders.base import Recommender
from local_personalize.recommenders.popularity import Popularity
from local_personalize.recommenders.user_personalization import UserPersonalization

RECIPES: dict[str, type[Recommender]] = {
    "aws-user-personalization": UserPersonalization,
    "aws-user-personalization-v2": UserPersonalization,
    "aws-hrnn": UserPersonalization,
    "aws-hrnn-metadata": UserPersonalization,
    "aws-hrnn-coldstart": UserPersonalization,
    "aws-personalized-ranking": UserPersonalization,
    "aws-personalized-ranking-v2": UserPersonalization,
    "aws-vod-top-picks": UserPersonalization,
    "aws-ecomm-recommended-for-you": UserPersonalization,
    "aws-popularity-count": Popularity,
    "aws-vod-most-popular": Popularity,
    "aws-ecomm-popular-items-by-views": Popularity,
    "aws-ecomm-popular-items-by-purchases": Popularity,
}


def recommender_for(recipe: str) -> type[Recommender]:
    """Return the recommender of a recipe by its name; KeyError for a recipe that has none."""
    return RECIPES[recipe]


def load(folder: Path) -> Recommender:
    """Read a saved model of whichever class."""
    name = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["class"]
    return next(kind for kind in RECIPES.values() if kind.__name__ == name).load(folder)
