"""Builds the calls that create resources, so that a page can show a call before making it."""

from __future__ import annotations

from typing import Any

from services.service_call import ServiceCall


def solution(dataset_group: str, name: str, recipe_arn: str, event_type: str = "", hpo: bool = False) -> ServiceCall:
    """Return CreateSolution; training starts with a version, not by itself."""
    members: dict[str, Any] = {"name": name, "datasetGroupArn": dataset_group, "recipeArn": recipe_arn}
    members |= {"eventType": event_type} if event_type else {}
    members |= {"performHPO": True} if hpo else {}
    return ServiceCall("personalize", "create_solution", members | {"performAutoTraining": False})


def solution_version(solution_arn: str, training_mode: str = "FULL") -> ServiceCall:
    """Return CreateSolutionVersion, which trains."""
    return ServiceCall(
        "personalize", "create_solution_version", {"solutionArn": solution_arn, "trainingMode": training_mode}
    )


def stop_training(version_arn: str) -> ServiceCall:
    """Return StopSolutionVersionCreation."""
    return ServiceCall("personalize", "stop_solution_version_creation", {"solutionVersionArn": version_arn})


def campaign(name: str, version_arn: str, exploration_weight: float | None = None) -> ServiceCall:
    """Return CreateCampaign, which deploys a version; only some recipes explore."""
    members: dict[str, Any] = {"name": name, "solutionVersionArn": version_arn, "minProvisionedTPS": 1}
    if exploration_weight is not None:
        members["campaignConfig"] = {"itemExplorationConfig": {"explorationWeight": f"{exploration_weight:g}"}}
    return ServiceCall("personalize", "create_campaign", members)


def update_campaign(campaign_arn: str, version_arn: str, exploration_weight: float | None = None) -> ServiceCall:
    """Return UpdateCampaign: the old version answers until the new one is ready."""
    members: dict[str, Any] = {"campaignArn": campaign_arn, "solutionVersionArn": version_arn}
    if exploration_weight is not None:
        members["campaignConfig"] = {"itemExplorationConfig": {"explorationWeight": f"{exploration_weight:g}"}}
    return ServiceCall("personalize", "update_campaign", members)


def event_tracker(dataset_group: str, name: str) -> ServiceCall:
    """Return CreateEventTracker; a dataset group has at most one."""
    return ServiceCall("personalize", "create_event_tracker", {"name": name, "datasetGroupArn": dataset_group})


def filter_(dataset_group: str, name: str, expression: str) -> ServiceCall:
    """Return CreateFilter."""
    members = {"name": name, "datasetGroupArn": dataset_group, "filterExpression": expression}
    return ServiceCall("personalize", "create_filter", members)


def recommender(dataset_group: str, name: str, recipe_arn: str) -> ServiceCall:
    """Return CreateRecommender, for a use case of a domain dataset group."""
    members = {"name": name, "datasetGroupArn": dataset_group, "recipeArn": recipe_arn}
    return ServiceCall("personalize", "create_recommender", members)
