from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_personalize.operations.conftest import FIELDS, Ground, csv, gone, interaction_rows


def create(ground: Ground, schema: str, kind: str) -> dict[str, Any]:
    answer: dict[str, Any] = ground.clients.personalize.create_dataset(
        name="data", schemaArn=schema, datasetGroupArn=ground.group, datasetType=kind
    )
    return answer


@pytest.mark.parametrize("kind", ["INTERACTIONS", "Interactions", "interactions"])
def test_type_in_any_case(ground: Ground, kind: str) -> None:
    arn = create(ground, ground.schema("Interactions"), kind)["datasetArn"]
    assert arn == f"arn:aws:personalize:us-east-1:123456789012:dataset/{ground.name}/INTERACTIONS"
    described = ground.clients.personalize.describe_dataset(datasetArn=arn)["dataset"]
    assert (described["datasetType"], described["status"]) == ("INTERACTIONS", "ACTIVE")


def test_unknown_type(ground: Ground) -> None:
    with pytest.raises(ground.clients.personalize.exceptions.InvalidInputException, match="Interactions, Items, Users"):
        create(ground, ground.schema("Interactions"), "Films")


def test_one_of_each_type(ground: Ground) -> None:
    ground.dataset("Items")
    with pytest.raises(ground.clients.personalize.exceptions.ResourceAlreadyExistsException):
        ground.dataset("Items")


def test_schema_of_another_type(ground: Ground) -> None:
    with pytest.raises(ClientError, match="The schema is for USERS"):
        create(ground, ground.schema("Users"), "Items")


def test_group_is_not_there(ground: Ground) -> None:
    missing = f"{ground.group}-not"
    with pytest.raises(ground.clients.personalize.exceptions.ResourceNotFoundException, match=missing):
        ground.clients.personalize.create_dataset(
            name="data", schemaArn=ground.schema("Items"), datasetGroupArn=missing, datasetType="Items"
        )


def test_domain_group_asks_for_its_fields(ground: Ground) -> None:
    clients = ground.clients
    name = clients.unique("shop")
    group = clients.personalize.create_dataset_group(name=name, domain="ECOMMERCE")["datasetGroupArn"]
    with pytest.raises(ClientError, match="PRICE, CATEGORY_L1"):
        clients.personalize.create_dataset(
            name="items", schemaArn=ground.schema("Items"), datasetGroupArn=group, datasetType="Items"
        )


def test_list_of_one_group(ground: Ground) -> None:
    mine = [ground.dataset("Interactions"), ground.dataset("Users")]
    listed = ground.clients.personalize.list_datasets(datasetGroupArn=ground.group)["datasets"]
    assert [one["datasetArn"] for one in listed] == mine


def test_update_adds_a_field(ground: Ground) -> None:
    personalize = ground.clients.personalize
    dataset, wider = ground.dataset("Users"), {**FIELDS["Users"], "CITY": ["null", "string"]}
    schema = ground.schema("Users", wider)
    personalize.update_dataset(datasetArn=dataset, schemaArn=schema)
    described = personalize.describe_dataset(datasetArn=dataset)["dataset"]
    assert described["schemaArn"] == described["latestDatasetUpdate"]["schemaArn"] == schema


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"USER_ID": "string", "CITY": "string"}, r"Missing: \['AGE'\]"),
        ({"USER_ID": "string", "AGE": "string"}, r"Of another type: \['AGE'\]"),
        ({"USER_ID": "string", "AGE": "int", "CITY": "string"}, r"Without null: \['CITY'\]"),
    ],
)
def test_update_that_loses_data(ground: Ground, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        ground.clients.personalize.update_dataset(
            datasetArn=ground.dataset("Users"), schemaArn=ground.schema("Users", fields)
        )


def test_deletion_takes_data_and_jobs_along(ground: Ground) -> None:
    personalize, dataset = ground.clients.personalize, ground.dataset()
    ground.imported(dataset, csv(interaction_rows(1000)), jobName=ground.name)
    file = ground.clients.endpoint.data / "imports" / f"us-east-1.{ground.name}.parquet"
    assert file.exists()
    personalize.delete_dataset(datasetArn=dataset)
    assert personalize.describe_dataset(datasetArn=dataset)["dataset"]["status"].startswith("DELETE")
    gone(lambda: personalize.describe_dataset(datasetArn=dataset), personalize)
    assert not file.exists()
    again = ground.imported(ground.dataset(), csv(interaction_rows(1000)), jobName=ground.name)
    assert again["status"] == "ACTIVE"


def test_delete_while_it_is_imported(ground: Ground) -> None:
    personalize, dataset = ground.clients.personalize, ground.dataset()
    job = ground.start_import(dataset, ground.upload("data.csv", csv(interaction_rows(1000))))
    with pytest.raises(personalize.exceptions.ResourceInUseException, match=job):
        personalize.delete_dataset(datasetArn=dataset)
