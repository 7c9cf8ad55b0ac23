"""What can be asked for recommendations: campaigns, and the recommenders of a domain dataset group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services import statuses
from services.connection import Connection
from services.recipes import Purpose, Recipe, hears_events, short_name
from services.resources import Resource


@dataclass(frozen=True, slots=True)
class Deployment:
    """One campaign or recommender."""

    arn: str
    name: str
    recipe: str
    purpose: Purpose
    status: str
    label: str
    """Its display name, from the tag marquee:name, with the recipe."""
    order: int = 0

    @property
    def ready(self) -> bool:
        """Tell whether it answers now."""
        return self.status == statuses.ACTIVE or "UPDATE" in self.status

    @property
    def hears_events(self) -> bool:
        """Tell whether an event changes its next answer."""
        return hears_events(self.recipe)

    @property
    def target(self) -> dict[str, str]:
        """Return the request member that names it."""
        member = "recommenderArn" if ":recommender/" in self.arn else "campaignArn"
        return {member: self.arn}


@dataclass(frozen=True, slots=True)
class Serving:
    """What answers behind a campaign or recommender."""

    version: str
    """The ARN of the solution version; empty for a recommender, whose version AWS keeps to itself."""
    exploration: float | None
    """The share of exploration, where its configuration tells it."""

    @property
    def label(self) -> str:
        """Return solution and version: "user-personalization/1bbe77cf"."""
        return self.version.rpartition("solution/")[2]


def read_serving(connection: Connection, arn: str) -> Serving:
    """Return what answers behind a campaign or recommender. Raises ClientError."""
    personalize = connection.client("personalize")
    if ":recommender/" in arn:
        described = personalize.describe_recommender(recommenderArn=arn)["recommender"]
        config = described.get("recommenderConfig") or {}
    else:
        described = personalize.describe_campaign(campaignArn=arn)["campaign"]
        config = described.get("campaignConfig") or {}
    weight = (config.get("itemExplorationConfig") or {}).get("explorationWeight")
    return Serving(described.get("solutionVersionArn", ""), None if weight is None else float(weight))


def read_deployments(
    connection: Connection, resources: Iterable[Resource], recipes: Mapping[str, Recipe]
) -> list[Deployment]:
    """Return the campaigns and recommenders among the resources, in the order of their tags. Raises ClientError.

    Without tags those whose lists turn with events come first: they are what a newcomer wants to see.
    """
    found = [
        _deployment(connection, resource, recipes)
        for resource in resources
        if resource.kind in ("campaign", "recommender")
    ]
    uses = Counter(deployment.label for deployment in found)
    apart = [replace(one, label=f"{one.label} ({one.name})") if uses[one.label] > 1 else one for one in found]
    return sorted(apart, key=lambda one: (one.order, not one.hears_events, one.name))


def of_purpose(deployments: Iterable[Deployment], *purposes: Purpose) -> list[Deployment]:
    """Return the deployments that answer this kind of question."""
    return [deployment for deployment in deployments if deployment.purpose in purposes]


def _deployment(connection: Connection, resource: Resource, recipes: Mapping[str, Recipe]) -> Deployment:
    listed: Any = connection.client("personalize").list_tags_for_resource(resourceArn=resource.arn)["tags"]
    tags = {tag["tagKey"]: tag["tagValue"] for tag in listed}
    name = tags.get("marquee:name", resource.name)
    order = tags.get("marquee:order", "")
    return Deployment(
        arn=resource.arn,
        name=resource.name,
        recipe=resource.recipe,
        purpose=recipes[resource.recipe].purpose if resource.recipe in recipes else "user",
        status=resource.status,
        label=f"{name} · {short_name(resource.recipe)}",
        order=int(order) if order.isdecimal() else 999,
    )
