"""What resources cost on AWS by the price table: what runs, what was trained, and what training would cost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services import statuses
from services.connection import Connection
from services.prices import PriceTable
from services.resources import Resource, describe

MONTH_HOURS = 730.0
"""Hours of a month, as AWS reckons."""
_USERS_BLOCK = 100_000
_RUNS = ("campaign", "recommender")


@dataclass(frozen=True, slots=True)
class Running:
    """A campaign or recommender that costs money for as long as it is there."""

    resource: Resource
    capacity: str
    hourly: float | None
    """US dollars without any traffic; None where only requests are billed."""

    @property
    def monthly(self) -> float | None:
        """Return the cost of a month."""
        return None if self.hourly is None else self.hourly * MONTH_HOURS

    def so_far(self, now: datetime) -> float | None:
        """Return the cost since it was created; now has a time zone."""
        if self.hourly is None or self.resource.created is None:
            return None
        return self.hourly * (now - self.resource.created).total_seconds() / 3600


@dataclass(frozen=True, slots=True)
class Trained:
    """What training a solution version took."""

    version: Resource
    hours: float
    usd: float


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be trained and deployed."""

    recipe: str
    interactions: int
    runs: int = 1
    """Trainings: more than one when hyperparameters are searched."""
    days: int = 0
    """Days for which a campaign of one TPS stays deployed."""
    requests: int = 0
    """Requests in that time; only the -v2 recipes bill them."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What that would cost on AWS, in US dollars."""

    hours: float | None
    """Training hours; None where training is billed by interactions."""
    importing: float
    training: float
    serving: float

    @property
    def total(self) -> float:
        """Return the sum."""
        return self.importing + self.training + self.serving


def read_running(
    connection: Connection, resources: Iterable[Resource], users: int, prices: PriceTable
) -> list[Running]:
    """Return what costs money while it is there, the dearest first; users is how many the data has."""
    found = [
        _running(resource, describe(connection, resource), users, prices)
        for resource in resources
        if resource.kind in _RUNS and _is_billed(resource)
    ]
    return sorted(found, key=lambda running: -(running.hourly or 0))


def read_trained(connection: Connection, resources: Iterable[Resource], prices: PriceTable) -> list[Trained]:
    """Return what each trained solution version took, in the order of the resources."""
    versions = [found for found in resources if found.kind == "solution-version" and found.status == statuses.ACTIVE]
    hours = [float(describe(connection, version).get("trainingHours") or 0) for version in versions]
    return [
        Trained(version, took, took * prices["training_hour"]) for version, took in zip(versions, hours, strict=True)
    ]


def forecast(wish: Wish, prices: PriceTable) -> Forecast:
    """Return what importing, training and a campaign would cost."""
    importing = wish.interactions * prices["bytes_per_interaction"] / 1e9 * prices["import_gb"]
    if by_volume(wish.recipe):
        training = wish.interactions / 1000 * prices["training_v2_thousand"] * wish.runs
        return Forecast(None, importing, training, wish.requests / 1000 * prices["requests_v2_thousand"])
    once = max(wish.interactions / 1e6 * prices["hours_per_million"], prices["least_hours"])
    hours = once * wish.runs
    return Forecast(hours, importing, hours * prices["training_hour"], wish.days * 24 * prices["tps_hour"])


def by_volume(recipe: str) -> bool:
    """Tell whether a recipe is billed by interactions and requests instead of hours."""
    return recipe.endswith("-v2")


def _is_billed(resource: Resource) -> bool:
    return not statuses.is_failed(resource.status) and resource.status != "INACTIVE"


def _running(resource: Resource, doc: dict[str, Any], users: int, prices: PriceTable) -> Running:
    if resource.kind == "recommender":
        blocks = max(math.ceil(users / _USERS_BLOCK), 1)
        return Running(resource, f"up to {blocks * _USERS_BLOCK:,} users", blocks * prices["recommender_hour"])
    if by_volume(resource.recipe):
        return Running(resource, "by requests", None)
    rate = int(doc.get("minProvisionedTPS") or 1)
    return Running(resource, f"{rate} TPS", rate * prices["tps_hour"])
