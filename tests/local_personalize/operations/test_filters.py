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
    ground.dataset("Items", {**fields, "TAG": ["null", "string"], "COST": ["null", "int"]})
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

    def arns() -> list[str]:
        return [one["filterArn"] for one in personalize.list_filters(datasetGroupArn=films.group)["Filters"]]

    assert arn in arns()
    personalize.delete_filter(filterArn=arn)
    wait_for(lambda: {"status": "there" if arn in arns() else "ACTIVE"})


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("EXCLUDE Items WHERE", "expected ItemID or UserID or ActionID, found Items"),
        ('EXCLUDE ItemID WHERE Items.COLOUR IN ("red")', "Items has no field COLOUR"),
        ('EXCLUDE ItemID WHERE Items.NEW IN ("True")', "is of type boolean"),
        ('EXCLUDE ItemID WHERE Items.GENRES < "a"', "< compares numbers, and Items.GENRES is of type string"),
        ('EXCLUDE ItemID WHERE Items.YEAR = "x"', "Items.YEAR is a number"),
        ('EXCLUDE ItemID WHERE Items.GENRES IN ("*")', "* can be used with Interactions.EVENT_TYPE only"),
        ("EXCLUDE ItemID WHERE Interactions.TIMESTAMP < 5", "Interactions can be filtered by EVENT_TYPE only"),
        ("EXCLUDE ItemID WHERE Items.YEAR < CurrentItem.GENRES", "are not of the same type"),
        ("EXCLUDE ItemID WHERE Items.YEAR < CurrentItem.SIZE", "CurrentItem has no field SIZE"),
        ("EXCLUDE ActionID WHERE Actions.VALUE > 3", "the dataset group has no Actions dataset"),
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


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("EXCLUDE ItemID WHERE Items.YEAR = 1 %", "at position 37: %"),
        (
            "EXCLUDE ItemID WHERE Items.GENRES NOT IN ($G)",
            "$G. Placeholders can only be used with IN or EQ operator",
        ),
    ],
)
def test_a_symbol_out_of_place_is_told_as_aws_tells_it(films: Ground, expression: str, message: str) -> None:
    expected = f"Could not create filter. Invalid input symbol: {message}"
    assert refusal(films, expression) == ("InvalidInputException", expected)


def test_a_filter_uses_five_fields_at_most(films: Ground) -> None:
    items = " | ".join(f"EXCLUDE ItemID WHERE {field}" for field in ("Items.YEAR = 1", 'Items.GENRES IN ("a")'))
    rest = ' | EXCLUDE ItemID WHERE Items.TAG IN ("x") IF CurrentUser.AGE = 1'
    events = ' | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")'
    create(films, items + rest + events)
    code, message = refusal(films, items + rest + events + " | EXCLUDE ItemID WHERE Items.COST < 5")
    assert (code, message) == ("LimitExceededException", "A filter can use at most 5 distinct dataset fields.")


def test_the_filters_of_a_group_use_ten_fields_at_most(clients: Clients) -> None:
    ground = ground_for(clients)
    letters = "ABCDEFGHIJK"
    ground.dataset("Items", {"ITEM_ID": "string", **{letter: "int" for letter in letters}})
    for five in (letters[:5], letters[5:10], letters[3:8]):
        create(ground, " | ".join(f"EXCLUDE ItemID WHERE Items.{letter} = 1" for letter in five))
    code, message = refusal(ground, "EXCLUDE ItemID WHERE Items.K = 1")
    assert code == "LimitExceededException"
    assert message == "The filters of a dataset group can use at most 10 distinct dataset fields."


def test_an_expression_of_2501_characters_is_too_long(films: Ground) -> None:
    start, end = 'EXCLUDE ItemID WHERE Items.GENRES IN ("', '")'
    fitting = start + "x" * (2500 - len(start) - len(end)) + end
    assert (
        films.clients.personalize.describe_filter(filterArn=create(films, fitting))["filter"]["filterExpression"]
        == fitting
    )
    code, message = refusal(films, fitting.replace("x", "xx", 1))
    assert code == "InvalidInputException"
    assert "length less than or equal to 2500" in message


def test_a_filter_is_not_made_in_a_group_that_goes(clients: Clients) -> None:
    ground = ground_for(clients)
    clients.personalize.delete_dataset_group(datasetGroupArn=ground.group)
    code, _ = refusal(ground, "EXCLUDE ItemID WHERE Items.YEAR = 1")
    assert code in ("InvalidInputException", "ResourceNotFoundException")  # both are CreateFilter's own
