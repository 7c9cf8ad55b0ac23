from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Clients

RECIPE = "arn:aws:personalize:::recipe/"


def names(clients: Clients, **options: str) -> set[str]:
    pages = clients.personalize.get_paginator("list_recipes").paginate(**options, PaginationConfig={"PageSize": 7})
    return {recipe["name"] for page in pages for recipe in page["recipes"]}


def test_the_tutorials_recipes_are_listed(clients: Clients) -> None:
    assert names(clients) >= {
        "aws-hrnn",
        "aws-hrnn-coldstart",
        "aws-hrnn-metadata",
        "aws-personalized-ranking",
        "aws-popularity-count",
        "aws-sims",
        "aws-user-personalization",
        "aws-similar-items",
        "aws-item-affinity",
        "aws-vod-top-picks",
        "aws-ecomm-recommended-for-you",
    }


def test_recipes_of_a_domain_are_its_use_cases(clients: Clients) -> None:
    assert names(clients, domain="VIDEO_ON_DEMAND") == {
        "aws-vod-because-you-watched-x",
        "aws-vod-more-like-x",
        "aws-vod-most-popular",
        "aws-vod-top-picks",
        "aws-vod-trending-now",
    }
    assert len(names(clients, domain="ECOMMERCE")) == 5


def test_a_recipe_names_its_type_algorithm_and_transformation(clients: Clients) -> None:
    recipe = clients.personalize.describe_recipe(recipeArn=f"{RECIPE}aws-sims")["recipe"]
    assert recipe["recipeType"] == "RELATED_ITEMS"
    assert recipe["status"] == "ACTIVE"
    assert recipe["algorithmArn"] == "arn:aws:personalize:::algorithm/aws-sims"
    assert recipe["featureTransformationArn"] == "arn:aws:personalize:::feature-transformation/sims"


def test_algorithms_tell_the_guides_defaults_and_ranges(clients: Clients) -> None:
    arn = "arn:aws:personalize:::algorithm/aws-user-personalization"
    algorithm = clients.personalize.describe_algorithm(algorithmArn=arn)["algorithm"]
    assert algorithm["defaultHyperParameters"] == {"hidden_dimension": "149", "bptt": "32", "recency_mask": "true"}
    assert algorithm["defaultHyperParameterRanges"]["integerHyperParameterRanges"][0] == {
        "name": "hidden_dimension",
        "minValue": 32,
        "maxValue": 256,
        "isTunable": True,
    }


def test_feature_transformations_tell_their_defaults(clients: Clients) -> None:
    arn = "arn:aws:personalize:::feature-transformation/sims"
    found = clients.personalize.describe_feature_transformation(featureTransformationArn=arn)["featureTransformation"]
    assert found["defaultParameters"]["max_item_interaction_count_percentile"] == "0.9"


def test_every_recipe_has_a_description_of_its_parts(clients: Clients) -> None:
    for name in names(clients):
        recipe = clients.personalize.describe_recipe(recipeArn=f"{RECIPE}{name}")["recipe"]
        assert clients.personalize.describe_algorithm(algorithmArn=recipe["algorithmArn"])["algorithm"]["name"]
        clients.personalize.describe_feature_transformation(featureTransformationArn=recipe["featureTransformationArn"])


def test_an_unknown_recipe_is_not_found(clients: Clients) -> None:
    with pytest.raises(ClientError, match="recipe/aws-none does not exist") as caught:
        clients.personalize.describe_recipe(recipeArn=f"{RECIPE}aws-none")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
