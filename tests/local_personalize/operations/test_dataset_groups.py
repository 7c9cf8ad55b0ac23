from __future__ import annotations

import pytest

from tests.conftest import Clients
from tests.local_personalize.operations.conftest import Ground, gone


def test_usable_at_once(clients: Clients) -> None:
    name = clients.unique("group")
    created = clients.personalize.create_dataset_group(name=name, domain="VIDEO_ON_DEMAND")
    described = clients.personalize.describe_dataset_group(datasetGroupArn=created["datasetGroupArn"])["datasetGroup"]
    assert created["domain"] == described["domain"] == "VIDEO_ON_DEMAND"
    assert described["status"] == "ACTIVE"
    assert described["name"] == name


def test_custom_group_has_no_domain(ground: Ground) -> None:
    described = ground.clients.personalize.describe_dataset_group(datasetGroupArn=ground.group)["datasetGroup"]
    assert "domain" not in described


def test_delete_while_it_holds_a_dataset(ground: Ground) -> None:
    dataset = ground.dataset()
    with pytest.raises(ground.clients.personalize.exceptions.ResourceInUseException) as used:
        ground.clients.personalize.delete_dataset_group(datasetGroupArn=ground.group)
    assert dataset in str(used.value)


def test_deletion_passes_through_its_status_and_frees_the_name(ground: Ground) -> None:
    personalize = ground.clients.personalize
    personalize.delete_dataset_group(datasetGroupArn=ground.group)
    assert personalize.describe_dataset_group(datasetGroupArn=ground.group)["datasetGroup"]["status"].startswith(
        "DELETE"
    )
    with pytest.raises(personalize.exceptions.ResourceInUseException):
        personalize.delete_dataset_group(datasetGroupArn=ground.group)
    gone(lambda: personalize.describe_dataset_group(datasetGroupArn=ground.group), personalize)
    assert personalize.create_dataset_group(name=ground.name)["datasetGroupArn"] == ground.group
