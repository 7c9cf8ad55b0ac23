"""The default schemas are Avro that the service takes, with the fields that it asks for."""

from __future__ import annotations

import json

import fastavro
import pytest

from data.schemas import DATASET_TYPES, DEFAULTS, REQUIRED, Field, default_schema, schema
from tests.conftest import Clients


@pytest.mark.parametrize(("domain", "dataset_type"), DEFAULTS)
def test_a_default_schema_is_avro_with_the_required_fields(domain: str, dataset_type: str) -> None:
    parsed = json.loads(default_schema(dataset_type, domain))
    fastavro.parse_schema(parsed)
    names = [field["name"] for field in parsed["fields"]]
    assert parsed["name"] == dataset_type
    assert set(REQUIRED[dataset_type]) <= set(names)
    assert dataset_type == "Interactions" or len(names) > 1


def test_every_domain_has_every_dataset_type() -> None:
    assert set(DEFAULTS) == {
        (domain, kind) for domain in ("", "VIDEO_ON_DEMAND", "ECOMMERCE") for kind in DATASET_TYPES
    }


def test_a_field_is_written_as_the_service_reads_it() -> None:
    fields = json.loads(schema("Items", [Field("ITEM_ID"), Field("GENRES", categorical=True, nullable=True)]))["fields"]
    assert fields == [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "GENRES", "type": ["null", "string"], "categorical": True},
    ]


def test_the_service_takes_every_default_schema(clients: Clients) -> None:
    for domain, dataset_type in DEFAULTS:
        text = default_schema(dataset_type, domain)
        options = {"domain": domain} if domain else {}
        arn = clients.personalize.create_schema(name=clients.unique("default"), schema=text, **options)["schemaArn"]
        assert clients.personalize.describe_schema(schemaArn=arn)["schema"]["schema"] == text
