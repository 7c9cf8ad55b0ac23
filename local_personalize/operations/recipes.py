"""Recipes, algorithms and feature transformations: what the service brings, read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from local_personalize import arns
from local_personalize.application import Call
from local_personalize.errors import InvalidInputException, ResourceNotFoundException
from local_personalize.hyperparameters import FEATURE_TRANSFORMATIONS, Hyperparameter
from local_personalize.operations import paging
from local_personalize.recipe_book import RECIPES, Recipe
from local_personalize.resources import Document

T = TypeVar("T")

RELEASED = 1_560_124_800.0
"""What the built-in resources show as their time: 10 June 2019, when the service opened."""

_TIMES = {"creationDateTime": RELEASED, "lastUpdatedDateTime": RELEASED}


def list_recipes(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the recipes, of one domain or all."""
    domain = request.get("domain")
    documents = [_recipe(recipe) for recipe in RECIPES.values() if domain in (None, recipe.domain)]
    return paging.page(request, "recipes", [((RELEASED, document["recipeArn"]), document) for document in documents])


def describe_recipe(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe one recipe."""
    return {"recipe": _recipe(recipe_of(request["recipeArn"]))}


def describe_algorithm(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe the algorithm of a recipe, with the default values and ranges of its hyperparameters."""
    recipes = {recipe.algorithm: recipe for recipe in RECIPES.values()}
    recipe = _built_in(request["algorithmArn"], "algorithm", recipes)
    return {
        "algorithm": {
            "name": recipe.algorithm,
            "algorithmArn": request["algorithmArn"],
            "defaultHyperParameters": _defaults(recipe.hyperparameters),
            "defaultHyperParameterRanges": _ranges(recipe.hyperparameters),
            "trainingInputMode": "File",
            **_TIMES,
        }
    }


def describe_feature_transformation(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe how a recipe filters its training data by default."""
    arn = request["featureTransformationArn"]
    parameters = _built_in(arn, "feature-transformation", FEATURE_TRANSFORMATIONS)
    return {
        "featureTransformation": {
            "name": arns.name_of(arn),
            "featureTransformationArn": arn,
            "defaultParameters": _defaults(parameters),
            "status": "ACTIVE",
            **_TIMES,
        }
    }


def recipe_of(arn: str) -> Recipe:
    """Return the recipe with that ARN, or raise ResourceNotFoundException or InvalidInputException."""
    return _built_in(arn, "recipe", RECIPES)


def _built_in(arn: str, kind: str, known: Mapping[str, T]) -> T:
    name = arns.name_of(arn)
    if not arn.startswith(arns.built_in(kind, "")):
        raise InvalidInputException(f"The ARN {arn} is not the ARN of a {kind}.")
    if name not in known:
        raise ResourceNotFoundException(f"Resource Arn {arn} does not exist.")
    return known[name]


def _recipe(recipe: Recipe) -> Document:
    return {
        "name": recipe.name,
        "recipeArn": arns.built_in("recipe", recipe.name),
        "algorithmArn": arns.built_in("algorithm", recipe.algorithm),
        "featureTransformationArn": arns.built_in("feature-transformation", recipe.feature_transformation),
        "status": "ACTIVE",
        "description": recipe.description,
        "recipeType": recipe.type,
        "domain": recipe.domain,
        **_TIMES,
    }


def _defaults(parameters: Iterable[Hyperparameter]) -> dict[str, str]:
    return {parameter.name: parameter.default for parameter in parameters}


def _ranges(parameters: Iterable[Hyperparameter]) -> Document:
    ranges: Document = {}
    for parameter in parameters:
        entry: Document = {"name": parameter.name, "isTunable": parameter.tunable}
        if parameter.kind == "categorical":
            entry["values"] = list(parameter.choices)
        else:
            entry["minValue"], entry["maxValue"] = parameter.choices
        ranges.setdefault(f"{parameter.kind}HyperParameterRanges", []).append(entry)
    return ranges
