"""The recipes that the service brings: what each is for, needs, trains on and hides.

Sources: the developer guide's recipe pages, VIDEO_ON_DEMAND-use-cases and ECOMMERCE-use-cases. Legacy recipes, which
AWS keeps for old solutions, are here for the tutorials that use them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from local_personalize.hyperparameters import SEGMENT, SIMILAR, SIMS, TREND, Hyperparameter, sequence

Domain = Literal["VIDEO_ON_DEMAND", "ECOMMERCE"]

USER_PERSONALIZATION = "USER_PERSONALIZATION"
POPULAR_ITEMS = "POPULAR_ITEMS"
PERSONALIZED_RANKING = "PERSONALIZED_RANKING"
RELATED_ITEMS = "RELATED_ITEMS"
USER_SEGMENTATION = "USER_SEGMENTATION"
PERSONALIZED_ACTIONS = "PERSONALIZED_ACTIONS"

METRICS = (
    "coverage",
    "mean_reciprocal_rank_at_25",
    *(f"normalized_discounted_cumulative_gain_at_{k}" for k in (5, 10, 25)),
    *(f"precision_at_{k}" for k in (5, 10, 25)),
)
"""What GetSolutionMetrics tells of a recipe that recommends items (page working-with-training-metrics)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One recipe, or one use case of a domain."""

    name: str
    type: str
    description: str
    algorithm: str
    feature_transformation: str
    hyperparameters: tuple[Hyperparameter, ...] = ()
    domain: Domain | None = None
    needs: tuple[str, ...] = ()
    """Which of userId and itemId a request must carry."""
    trains_on: str | None = None
    """The event type (in lower case) of which 1,000 events are needed; None takes any."""
    hides: str | None = None
    """The event type whose items are never recommended to their user again; None hides nothing."""
    explores: bool = False
    reads_texts: bool = False
    """Whether it trains on a textual field of the Items dataset, with or without interactions."""
    live: bool = False
    """Whether events that arrive after training change the next answer."""

    @property
    def updatable(self) -> bool:
        """Tell whether a solution version can be made with training mode UPDATE."""
        return self.name in ("aws-user-personalization", "aws-hrnn-coldstart")


_PERCENTILE = "JSON-percentile-filtering"


def _personal(name: str, description: str, *, hidden: str = "149", transformation: str = _PERCENTILE) -> Recipe:
    return Recipe(
        name,
        USER_PERSONALIZATION,
        description,
        name,
        transformation,
        sequence(hidden),
        needs=("userId",),
        explores=name.startswith("aws-user-personalization"),
        live=True,
    )


def _ranking(name: str, description: str) -> Recipe:
    return Recipe(
        name, PERSONALIZED_RANKING, description, name, _PERCENTILE, sequence("149"), needs=("userId",), live=True
    )


def _related(name: str, description: str, hyperparameters: tuple[Hyperparameter, ...]) -> Recipe:
    return Recipe(name, RELATED_ITEMS, description, name, "sims", hyperparameters, needs=("itemId",))


_CUSTOM = (
    _personal("aws-hrnn", "Predicts the next items of a user from the order of events (legacy)", hidden="43"),
    _personal(
        "aws-hrnn-coldstart",
        "Like HRNN with metadata, with new items drawn in (legacy)",
        transformation="featurize_coldstart",
    ),
    _personal(
        "aws-hrnn-metadata",
        "HRNN with context, user and item metadata (legacy)",
        hidden="43",
        transformation="featurize_metadata",
    ),
    _ranking("aws-personalized-ranking", "Puts a given list of items in the order that fits a user"),
    Recipe("aws-popularity-count", POPULAR_ITEMS, "The items with the most users", "aws-popularity-count", "sims"),
    _related("aws-sims", "Items that the same users had, from co-occurrence alone", SIMS),
    _personal("aws-user-personalization", "Items for a user, with events counted as they arrive, and exploration"),
    _related("aws-similar-items", "Items alike by their users and their metadata", SIMILAR),
    Recipe(
        "aws-semantic-similarity",
        RELATED_ITEMS,
        "Items whose texts are about the same, taken or not",
        "aws-semantic-similarity",
        "aws-semantic-similarity",
        needs=("itemId",),
        reads_texts=True,
    ),
    Recipe("aws-trending-now", POPULAR_ITEMS, "The items that rise fastest", "aws-trending-now-custom", "sims", TREND),
    Recipe(
        "aws-item-affinity",
        USER_SEGMENTATION,
        "The users most likely to choose an item",
        "aws-item-affinity",
        "item-affinity",
        SEGMENT,
    ),
    Recipe(
        "aws-item-attribute-affinity",
        USER_SEGMENTATION,
        "The users most likely to choose items with an attribute",
        "aws-item-attribute-affinity",
        "item-attribute-affinity",
        SEGMENT,
    ),
    _personal("aws-user-personalization-v2", "Items for a user, for large catalogues"),
    _ranking("aws-personalized-ranking-v2", "Puts a given list of items in order, for large catalogues"),
    Recipe(
        "aws-next-best-action",
        PERSONALIZED_ACTIONS,
        "The next actions for a user",
        "aws-next-best-action",
        _PERCENTILE,
        needs=("userId",),
        live=True,
    ),
)


def _use_case(
    domain: Domain,
    name: str,
    type: str,
    description: str,
    *,
    needs: tuple[str, ...] = ("userId",),
    trains_on: str | None = None,
    hides: str | None = None,
) -> Recipe:
    personal = type == USER_PERSONALIZATION
    transformation = _PERCENTILE if personal else "sims"
    return Recipe(
        name,
        type,
        description,
        name,
        transformation,
        domain=domain,
        needs=needs,
        trains_on=trains_on,
        hides=hides,
        explores=personal,
        live=personal,
    )


_BOTH = ("userId", "itemId")
_USE_CASES = (
    _use_case(
        "VIDEO_ON_DEMAND",
        "aws-vod-because-you-watched-x",
        RELATED_ITEMS,
        "Videos that others also watched, without those the user watched",
        needs=_BOTH,
        trains_on="watch",
        hides="watch",
    ),
    _use_case(
        "VIDEO_ON_DEMAND",
        "aws-vod-more-like-x",
        RELATED_ITEMS,
        "Videos similar to a video, without those the user watched",
        needs=_BOTH,
        hides="watch",
    ),
    _use_case(
        "VIDEO_ON_DEMAND",
        "aws-vod-most-popular",
        POPULAR_ITEMS,
        "Videos that the most users watched",
        trains_on="watch",
    ),
    _use_case("VIDEO_ON_DEMAND", "aws-vod-trending-now", POPULAR_ITEMS, "Videos that rise fastest", needs=()),
    _use_case(
        "VIDEO_ON_DEMAND",
        "aws-vod-top-picks",
        USER_PERSONALIZATION,
        "Videos for a user, without those the user watched",
        hides="watch",
    ),
    _use_case(
        "ECOMMERCE",
        "aws-ecomm-popular-items-by-views",
        POPULAR_ITEMS,
        "Items that the most customers viewed",
        trains_on="view",
    ),
    _use_case(
        "ECOMMERCE",
        "aws-ecomm-popular-items-by-purchases",
        POPULAR_ITEMS,
        "Items that the most customers purchased",
        trains_on="purchase",
    ),
    _use_case(
        "ECOMMERCE",
        "aws-ecomm-frequently-bought-together",
        RELATED_ITEMS,
        "Items that customers buy together with an item",
        needs=("itemId",),
        trains_on="purchase",
    ),
    _use_case(
        "ECOMMERCE",
        "aws-ecomm-customers-who-viewed-x-also-viewed",
        RELATED_ITEMS,
        "Items that others viewed too, without those the user purchased",
        needs=_BOTH,
        trains_on="view",
        hides="purchase",
    ),
    _use_case(
        "ECOMMERCE",
        "aws-ecomm-recommended-for-you",
        USER_PERSONALIZATION,
        "Items for a user, without those the user purchased",
        hides="purchase",
    ),
)

RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in (*_CUSTOM, *_USE_CASES)}
