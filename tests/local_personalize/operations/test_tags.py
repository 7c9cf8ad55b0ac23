from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.local_personalize.operations.conftest import Ground

Tags = list[dict[str, str]]


def pairs(**tags: str) -> Tags:
    return [{"tagKey": key, "tagValue": value} for key, value in tags.items()]


def tags_of(ground: Ground, arn: str) -> Tags:
    return list(ground.clients.personalize.list_tags_for_resource(resourceArn=arn)["tags"])


def test_given_at_creation(ground: Ground) -> None:
    personalize, name = ground.clients.personalize, ground.clients.unique("tagged")
    tags = [{"tagKey": "marquee:catalog", "tagValue": "s3://bucket/movies.csv"}]
    arn = personalize.create_dataset_group(name=name, tags=tags)["datasetGroupArn"]
    assert tags_of(ground, arn) == tags


def test_add_replace_and_remove(ground: Ground) -> None:
    personalize = ground.clients.personalize
    personalize.tag_resource(resourceArn=ground.group, tags=pairs(a="1", b="2"))
    personalize.tag_resource(resourceArn=ground.group, tags=pairs(b="3", c="4"))
    assert tags_of(ground, ground.group) == pairs(a="1", b="3", c="4")
    personalize.untag_resource(resourceArn=ground.group, tagKeys=["a", "c", "unknown"])
    assert tags_of(ground, ground.group) == pairs(b="3")


def test_unknown_resource(ground: Ground) -> None:
    with pytest.raises(ground.clients.personalize.exceptions.ResourceNotFoundException):
        tags_of(ground, f"{ground.group}-not")


def test_schemas_have_none(ground: Ground) -> None:
    with pytest.raises(ground.clients.personalize.exceptions.InvalidInputException):
        tags_of(ground, ground.schema("Users"))


def test_fifty_at_most(ground: Ground) -> None:
    personalize = ground.clients.personalize
    personalize.tag_resource(resourceArn=ground.group, tags=pairs(**{f"k{number}": "v" for number in range(50)}))
    with pytest.raises(personalize.exceptions.TooManyTagsException):
        personalize.tag_resource(resourceArn=ground.group, tags=pairs(further="v"))
    personalize.tag_resource(resourceArn=ground.group, tags=pairs(k1="changed"))
    assert len(tags_of(ground, ground.group)) == 50


@pytest.mark.parametrize("tags", [pairs(a="1") * 2, [{"tagKey": "aws:own", "tagValue": "1"}]], ids=["twice", "aws"])
def test_invalid_keys(ground: Ground, tags: Tags) -> None:
    with pytest.raises(ClientError, match="InvalidInputException"):
        ground.clients.personalize.tag_resource(resourceArn=ground.group, tags=tags)
