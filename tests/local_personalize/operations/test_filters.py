from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Clients
from tests.local_personalize.operations.conftest import Ground, ground_for, wait_for


@pytest.fixture(scope="module")
def films(shared_clients: Clients) -> Ground:
    """A group with Interactions, Items and Users datasets, empty."""
    ground = ground_for(shared_clients)
    ground.dataset()
    fields = {"ITEM_ID": "string", "GENRES": "string", "YEAR": ["null", "int"], "NEW": ["null", "boolean"]}
    ground.dataset("Items", {**fields, "TAG": ["null", "string"]})
    ground.dataset("Users")
    return ground


def create(ground: Ground, expression: str) -> str:
    name = ground.clients.unique("filter")
    answer = ground.clients.personalize.create_filter(
        name=name, datasetGroupArn=ground.group, filterExpression=expression
    )
    return str(answer["filterArn"])


def refusal(ground: Ground, expression: str) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        create(ground, expression)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_a_filter_is_described_listed_and_deleted(films: Ground) -> None:
    personalize = films.clients.personalize
    expression = 'EXCLUDE ItemID WHERE Items.GENRES IN ("Horror") IF CurrentUser.AGE < 16'
    arn = create(films, expression)
    found = wait_for(lambda: personalize.describe_filter(filterArn=arn)["filter"])
    assert found["filterExpression"] == expression
    arns = lambda: [one["filterArn"] for one in personalize.list_filters(datasetGroupArn=films.group)["Filters"]]  # noqa: E731
    assert arn in arns()
    personalize.delete_filter(filterArn=arn)
    wait_for(lambda: {"status": "there" if arn in arns() else "ACTIVE"})


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("EXCLUDE Items WHERE", "expected ItemID or UserID, found Items"),
        ('EXCLUDE ItemID WHERE Items.COLOUR IN ("red")', "Items has no field COLOUR"),
        ('EXCLUDE ItemID WHERE Items.NEW IN ("True")', "is of type boolean"),
        ('EXCLUDE ItemID WHERE Items.GENRES < "a"', "< compares numbers, and Items.GENRES is of type string"),
        ('EXCLUDE ItemID WHERE Items.YEAR = "x"', "Items.YEAR is a number"),
        ('EXCLUDE ItemID WHERE Items.GENRES IN ("*")', "* can be used with Interactions.EVENT_TYPE only"),
        ("EXCLUDE ItemID WHERE Items.YEAR = 1 AND Users.AGE = 2", "the fields of one dataset"),
    ],
)
def test_expressions_that_do_not_fit_are_refused(films: Ground, expression: str, message: str) -> None:
    code, found = refusal(films, expression)
    assert code == "InvalidInputException"
    assert found.startswith("Could not create filter. Invalid Expression: ")
    assert message in found


def test_a_dataset_that_is_not_there_is_named(ground: Ground) -> None:
    assert "the dataset group has no Items dataset" in refusal(ground, "EXCLUDE ItemID WHERE Items.YEAR = 1")[1]


def test_a_filter_uses_five_fields_at_most(films: Ground) -> None:
    items = " | ".join(f"EXCLUDE ItemID WHERE {field}" for field in ("Items.YEAR = 1", 'Items.GENRES IN ("a")'))
    rest = ' | EXCLUDE ItemID WHERE Items.TAG IN ("x") IF CurrentUser.AGE = 1'
    events = ' | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")'
    create(films, items + rest + events)
    code, message = refusal(films, items + rest + events + " | EXCLUDE ItemID WHERE Interactions.TIMESTAMP < 5")
    assert (code, message) == ("LimitExceededException", "A filter can use at most 5 distinct dataset fields.")
