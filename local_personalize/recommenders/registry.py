"""Which recommender stands behind each recipe."""

from __future__ import annotations

from pathlib import Path

from local_personalize.recommenders.base import Recommender, read_meta
from local_personalize.recommenders.item_affinity import ItemAffinity
from local_personalize.recommenders.next_best_action import NextBestAction
from local_personalize.recommenders.popularity import EventCount, Popularity
from local_personalize.recommenders.semantic_similarity import SemanticSimilarity
from local_personalize.recommenders.similar_items import SimilarItems
from local_personalize.recommenders.sims import Sims
from local_personalize.recommenders.trending_now import TrendingNow
from local_personalize.recommenders.user_personalization import Hrnn, UserPersonalization

RECIPES: dict[str, type[Recommender]] = {
    "aws-user-personalization": UserPersonalization,
    "aws-user-personalization-v2": UserPersonalization,
    "aws-hrnn": Hrnn,
    "aws-hrnn-metadata": UserPersonalization,
    "aws-hrnn-coldstart": UserPersonalization,
    "aws-personalized-ranking": UserPersonalization,
    "aws-personalized-ranking-v2": UserPersonalization,
    "aws-vod-top-picks": UserPersonalization,
    "aws-ecomm-recommended-for-you": UserPersonalization,
    "aws-popularity-count": Popularity,
    "aws-vod-most-popular": Popularity,
    "aws-ecomm-popular-items-by-views": EventCount,
    "aws-ecomm-popular-items-by-purchases": EventCount,
    "aws-similar-items": SimilarItems,
    "aws-vod-because-you-watched-x": SimilarItems,
    "aws-vod-more-like-x": SimilarItems,
    "aws-ecomm-customers-who-viewed-x-also-viewed": SimilarItems,
    "aws-ecomm-frequently-bought-together": SimilarItems,
    "aws-sims": Sims,
    "aws-semantic-similarity": SemanticSimilarity,
    "aws-item-affinity": ItemAffinity,
    "aws-item-attribute-affinity": ItemAffinity,
    "aws-next-best-action": NextBestAction,
    "aws-trending-now": TrendingNow,
    "aws-vod-trending-now": TrendingNow,
}


def recommender_for(recipe: str) -> type[Recommender]:
    """Return the recommender of a recipe by its name; KeyError for a recipe that has none."""
    return RECIPES[recipe]


def load(folder: Path) -> Recommender:
    """Read a saved model of whichever class. Raises OutdatedModelError for one of another format."""
    name = read_meta(folder)["class"]
    return next(kind for kind in RECIPES.values() if kind.__name__ == name).load(folder)
