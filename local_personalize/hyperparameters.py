"""The hyperparameters of recipes and of the transformations before them: defaults, ranges, what a search may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["integer", "continuous", "categorical"]


@dataclass(frozen=True, slots=True)
class Hyperparameter:
    """One hyperparameter with its default; choices is (lowest, highest) or the categories."""

    name: str
    default: str
    kind: Kind
    choices: tuple[float, float] | tuple[str, ...]
    tunable: bool = True


def _history_bounds(lowest: str, highest: str) -> tuple[Hyperparameter, ...]:
    bounds = (0.0, 1.0)
    return (
        Hyperparameter("min_user_history_length_percentile", lowest, "continuous", bounds, tunable=False),
        Hyperparameter("max_user_history_length_percentile", highest, "continuous", bounds, tunable=False),
    )


def sequence(hidden_dimension: str) -> tuple[Hyperparameter, ...]:
    """Return what recipes that follow the order of events have; the default of one differs."""
    return (
        Hyperparameter("hidden_dimension", hidden_dimension, "integer", (32, 256)),
        Hyperparameter("bptt", "32", "integer", (2, 32)),
        Hyperparameter("recency_mask", "true", "categorical", ("true", "false")),
    )


SIMS = (
    Hyperparameter("popularity_discount_factor", "0.5", "continuous", (0.0, 1.0)),
    Hyperparameter("min_cointeraction_count", "3", "integer", (0, 10)),
)
SIMILAR = (
    Hyperparameter("item_id_hidden_dim", "100", "integer", (30, 200)),
    Hyperparameter("item_metadata_hidden_dim", "100", "integer", (30, 200)),
)
SEGMENT = (Hyperparameter("hidden_dimension", "149", "integer", (32, 256), tunable=False),)
TREND = (
    Hyperparameter(
        "trend_discovery_frequency",
        "3h",
        "categorical",
        ("30 min", "30 minutes", "1h", "1 hour", "3h", "3 hours", "1 day"),
        tunable=False,
    ),
)

FEATURE_TRANSFORMATIONS: dict[str, tuple[Hyperparameter, ...]] = {
    "JSON-percentile-filtering": _history_bounds("0.0", "0.99"),
    "featurize_metadata": _history_bounds("0.0", "0.99"),
    "featurize_coldstart": (
        Hyperparameter("cold_start_max_interactions", "15", "integer", (1, 10_000), tunable=False),
        Hyperparameter("cold_start_max_duration", "5.0", "continuous", (0.0, 36_500.0), tunable=False),
        Hyperparameter(
            "cold_start_relative_from", "latestItem", "categorical", ("currentTime", "latestItem"), tunable=False
        ),
        *_history_bounds("0.0", "0.99"),
    ),
    "sims": (
        *_history_bounds("0.005", "0.995"),
        Hyperparameter("min_item_interaction_count_percentile", "0.01", "continuous", (0.0, 1.0), tunable=False),
        Hyperparameter("max_item_interaction_count_percentile", "0.9", "continuous", (0.0, 1.0), tunable=False),
    ),
    "aws-semantic-similarity": (),
    "item-affinity": (),
    "item-attribute-affinity": (),
}
