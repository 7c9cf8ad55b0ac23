from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Clients
from tests.local_personalize.operations.conftest import Ground, schema_text


def create(clients: Clients, text: str) -> str:
    return str(clients.personalize.create_schema(name=clients.unique("schema"), schema=text)["schemaArn"])


def test_describe_returns_the_text_byte_for_byte(clients: Clients) -> None:
    text = "  " + schema_text("Interactions").replace(",", " ,\n\t") + "\n"
    arn = create(clients, text)
    described = clients.personalize.describe_schema(schemaArn=arn)["schema"]
    assert described["schema"] == text
    assert described["schemaArn"] == arn
    assert arn == f"arn:aws:personalize:us-east-1:123456789012:schema/{described['name']}"


def test_name_is_taken(clients: Clients) -> None:
    name = clients.unique("schema")
    clients.personalize.create_schema(name=name, schema=schema_text("Users"))
    with pytest.raises(clients.personalize.exceptions.ResourceAlreadyExistsException) as taken:
        clients.personalize.create_schema(name=name, schema=schema_text("Users"))
    assert f"schema/{name} already exists" in str(taken.value)


def test_same_name_is_free_in_another_region(clients: Clients) -> None:
    name = clients.unique("schema")
    elsewhere = clients.endpoint.client("personalize", "eu-west-1")
    clients.personalize.create_schema(name=name, schema=schema_text("Users"))
    arn = elsewhere.create_schema(name=name, schema=schema_text("Users"))["schemaArn"]
    assert ":eu-west-1:" in arn
    assert [one["schemaArn"] for one in elsewhere.list_schemas()["schemas"]] == [arn]


def test_delete_while_a_dataset_uses_it(ground: Ground) -> None:
    personalize = ground.clients.personalize
    schema = personalize.describe_dataset(datasetArn=ground.dataset())["dataset"]["schemaArn"]
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.delete_schema(schemaArn=schema)


def test_deleted_schema_is_gone(clients: Clients) -> None:
    arn = create(clients, schema_text("Items"))
    clients.personalize.delete_schema(schemaArn=arn)
    with pytest.raises(clients.personalize.exceptions.ResourceNotFoundException) as gone:
        clients.personalize.describe_schema(schemaArn=arn)
    assert gone.value.response["Error"]["Message"] == f"Resource Arn {arn} does not exist."


INVALID = {
    "not JSON": ("sth", "not valid JSON"),
    "no record": ('"string"', "must be an Avro record"),
    "no fields": ('{"type": "record", "name": "Users"}', "list of fields"),
    "unknown name": (
        schema_text("Ratings", {"USER_ID": "string"}),
        "one of [Interactions, Items, Users, Actions, ActionInteractions]",
    ),
    "unknown Avro type": (schema_text("Users", {"USER_ID": "string", "AGE": "number"}), "not in valid Avro format"),
    "a required field missing": (
        schema_text("Interactions", {"USER_ID": "string", "ITEM_ID": "string"}),
        "required fields: [TIMESTAMP]",
    ),
    "time as text": (
        schema_text("Interactions", {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "string"}),
        "TIMESTAMP must be of type long",
    ),
    "an id that may be null": (
        schema_text("Users", {"USER_ID": ["null", "string"], "AGE": "int"}),
        "USER_ID must be of type string",
    ),
    "a reserved field of another type": (
        schema_text(
            "Interactions", {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long", "EVENT_VALUE": "string"}
        ),
        "EVENT_VALUE must be of type float or null",
    ),
    "no metadata": (schema_text("Items", {"ITEM_ID": "string"}), "at least one metadata field"),
    "an array": (
        schema_text("Items", {"ITEM_ID": "string", "TAGS": {"type": "array", "items": "string"}}),
        "type of field TAGS is not supported",
    ),
    "two types": (schema_text("Items", {"ITEM_ID": "string", "YEAR": ["int", "string"]}), "YEAR is not supported"),
    "names equal but for _": (
        schema_text("Items", {"ITEM_ID": "string", "GENRE_1": "string", "GENRE1": "string"}),
        "unique names: [GENRE_1, GENRE1]",
    ),
}


@pytest.mark.parametrize(("text", "message"), INVALID.values(), ids=INVALID)
def test_invalid(clients: Clients, text: str, message: str) -> None:
    with pytest.raises(clients.personalize.exceptions.InvalidInputException) as invalid:
        create(clients, text)
    assert message in str(invalid.value)


def test_categorical_event_type(clients: Clients) -> None:
    text = schema_text("Interactions").replace('"EVENT_TYPE",', '"EVENT_TYPE", "categorical": true,')
    with pytest.raises(ClientError, match="EVENT_TYPE can't be categorical"):
        create(clients, text)


def test_categorical_number_of_a_tutorial(clients: Clients) -> None:
    fields = schema_text("Users", {"USER_ID": "string", "RFM": "long"})
    assert create(clients, fields.replace('"RFM",', '"RFM", "categorical": true,'))


@pytest.mark.parametrize(("domain", "missing"), [("VIDEO_ON_DEMAND", "CREATION_TIMESTAMP"), ("ECOMMERCE", "PRICE")])
def test_domain_asks_for_more_fields(clients: Clients, domain: str, missing: str) -> None:
    with pytest.raises(ClientError, match=missing):
        clients.personalize.create_schema(name=clients.unique("schema"), schema=schema_text("Items"), domain=domain)


def test_domain_schema(clients: Clients) -> None:
    fields = {"ITEM_ID": "string", "GENRES": "string", "CREATION_TIMESTAMP": "long"}
    name = clients.unique("schema")
    arn = clients.personalize.create_schema(name=name, schema=schema_text("Items", fields), domain="VIDEO_ON_DEMAND")[
        "schemaArn"
    ]
    assert clients.personalize.describe_schema(schemaArn=arn)["schema"]["domain"] == "VIDEO_ON_DEMAND"
