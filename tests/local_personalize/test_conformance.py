"""The conformance of all operations: drawn requests, broken rules and the law of pages.

`CONFORMANCE_EXAMPLES=50 pytest -m conformance` draws 50 requests for each operation instead of 12.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.model import OperationModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_personalize.protocol import operations_by_name
from local_personalize.validation import validate
from tests.conftest import Clients, Endpoint
from tests.local_personalize.conftest import solution_for
from tests.local_personalize.crowds import call, clients_in, crowded, identities, walk
from tests.local_personalize.drawing import EXAMPLES, World, drawn, sent
from tests.local_personalize.operations.conftest import FIELDS, ground_for, schema_text
from tests.local_personalize.shapes import placed, sample, violations
from tests.local_personalize.theatre import FITTING, Theatre, opened

pytestmark = pytest.mark.conformance

REGION, CROWDED, PLAYED = "eu-north-1", "eu-west-3", "eu-south-1"
"""No other test makes resources there."""

READING = ("Describe", "Get", "List")
MODELS = sorted(operations_by_name().values(), key=lambda one: (one.name.startswith("Delete"), one.name))
"""Those that delete come last, so that the others find something."""

NAMELESS = ("ListMetricAttributionMetrics",)
LISTS = [one for one in MODELS if one.input_shape and "nextToken" in one.input_shape.members]


@pytest.fixture(scope="module")
def sacrificed(shared_clients: Clients) -> World:
    """Resources that any request may change, and ARNs of some that are not there."""
    ground = ground_for(clients_in(shared_clients.endpoint, REGION))
    personalize = ground.clients.personalize
    datasets = [ground.dataset(kind) for kind in FIELDS]
    solution = solution_for(ground, "aws-popularity-count")
    tracker = personalize.create_event_tracker(name="t", datasetGroupArn=ground.group)
    filter_arn = personalize.create_filter(
        name=ground.clients.unique("f"),
        datasetGroupArn=ground.group,
        filterExpression='EXCLUDE ItemID WHERE Items.GENRES IN ("Drama")',
    )["filterArn"]
    shop = personalize.create_dataset_group(name=ground.clients.unique("shop"), domain="ECOMMERCE")["datasetGroupArn"]
    schema = personalize.describe_dataset(datasetArn=datasets[0])["dataset"]["schemaArn"]
    spare = personalize.create_schema(name=ground.clients.unique("spare"), schema=schema_text("Users"))["schemaArn"]
    empty = personalize.create_dataset_group(name=ground.clients.unique("empty"))["datasetGroupArn"]
    absent = [f"arn:aws:personalize:{REGION}:123456789012:{kind}/none" for kind in ("campaign", "dataset-group")]
    names = ("aws-sims", "aws-none", "aws-ecomm-popular-items-by-views", "aws-user-personalization")
    recipes = [f"arn:aws:personalize:::recipe/{name}" for name in names]
    there = [ground.group, shop, empty, schema, spare, *datasets, solution, tracker["eventTrackerArn"], filter_arn]
    return World(REGION, [*there, *absent, *recipes, f"{solution}/0123abcd"], [tracker["trackingId"]])


@pytest.fixture(scope="module")
def shown(crowd: Clients) -> World:
    """What is in the crowded region."""
    listed = [arn for operation in LISTS if operation.name not in NAMELESS for arn in _listed(crowd, operation)]
    brought = [
        f"arn:aws:personalize:::{kind}"
        for kind in ("algorithm/aws-sims", "feature-transformation/JSON-percentile-filtering")
    ]
    return World(CROWDED, [*listed, *brought], [])


def _listed(clients: Clients, operation: OperationModel) -> list[str]:
    return [arn for page in walk(clients, operation, 100, {}) for arn in identities(operation, page)]


def ensure_fits(operation: OperationModel, answer: dict[str, Any]) -> None:
    """Hold an answer against its shape; of two jobs the models say that their roles are Personalize's."""
    if operation.name in ("DescribeDatasetImportJob", "DescribeDatasetExportJob"):
        answer = json.loads(json.dumps(answer).replace("arn:aws:iam::", "arn:aws:personalize::"))
    assert operation.output_shape is None or answer == validate(operation.output_shape, answer)


@pytest.fixture(scope="module")
def successes() -> dict[str, int]:
    """How many requests of each operation were answered with what they asked for."""
    return {}


@pytest.mark.parametrize("operation", MODELS, ids=lambda operation: operation.name)
def test_drawn_requests_get_modelled_answers(
    endpoint: Endpoint, sacrificed: World, shown: World, successes: dict[str, int], operation: OperationModel
) -> None:
    allowed = {shape.name for shape in operation.error_shapes} | {"InvalidInputException"}
    world = shown if operation.name.startswith(READING) else sacrificed
    successes[operation.name] = 0

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(drawn(operation.input_shape, world))
    def check(request: Any) -> None:
        status, code, answer = sent(endpoint, operation, request, world.region)
        if status == 200:
            ensure_fits(operation, answer)
            successes[operation.name] += 1
        else:
            assert (status, code in allowed, answer["__type"]) == (400, True, code), (code, answer)

    check()


def test_drawn_requests_are_no_mere_refusals(successes: dict[str, int]) -> None:
    if len(successes) < len(MODELS):
        pytest.skip("not all operations were asked")
    refused = {name for name, count in successes.items() if count == 0}
    assert refused - FITTING.keys() == set()


@pytest.fixture(scope="module")
def theatre(shared_clients: Clients) -> Theatre:
    """Parents of every kind in a region of their own."""
    return opened(clients_in(shared_clients.endpoint, PLAYED))


@pytest.mark.parametrize("name", FITTING)
def test_fitting_requests_are_answered(endpoint: Endpoint, theatre: Theatre, name: str) -> None:
    operation, made = operations_by_name()[name], FITTING[name](theatre)
    shape, world = operation.input_shape, World(PLAYED, [], [])
    others = {one: drawn(shape.members[one], world, one) for one in shape.required_members if one not in made}

    @settings(max_examples=1, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries(others))
    def check(request: Any) -> None:
        status, code, answer = sent(endpoint, operation, {**request, **made}, PLAYED)
        assert (status, code) == (200, ""), answer
        ensure_fits(operation, answer)

    check()


@pytest.mark.parametrize("operation", MODELS, ids=lambda operation: operation.name)
def test_every_broken_rule_is_named_over_http(endpoint: Endpoint, operation: OperationModel) -> None:
    request = sample(operation.input_shape)
    for path, value in violations(operation.input_shape):
        status, code, answer = sent(endpoint, operation, placed(request, path, value), REGION)
        assert (status, code) == (400, "InvalidInputException"), (path, value)
        named = ".".join("1.member" if step == 0 else str(step) for step in path)
        assert f"at '{named}' failed to satisfy constraint: Member must" in answer["message"]


@pytest.fixture(scope="module")
def crowd(shared_clients: Clients) -> Clients:
    """Clients of a region in which every List has at least three entries."""
    clients = clients_in(shared_clients.endpoint, CROWDED)
    crowded(clients)
    return clients


@pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.name)
def test_pages_of_any_size_make_the_same_list(crowd: Clients, operation: OperationModel) -> None:
    asked = {}
    if operation.name == "ListMetricAttributionMetrics":
        first = crowd.personalize.list_metric_attributions()["metricAttributions"][0]
        asked = {"metricAttributionArn": first["metricAttributionArn"]}
    whole = list(walk(crowd, operation, 100, asked))
    assert len(whole) == 1
    entries = identities(operation, whole[0])
    assert len(entries) >= 3
    assert len(set(entries)) == len(entries)
    for size in (1, 2, len(entries) - 1, len(entries)):
        pages = [identities(operation, page) for page in walk(crowd, operation, size, asked)]
        assert [entry for page in pages for entry in page] == entries
        assert all(len(page) == size for page in pages[:-1])
        assert 0 < len(pages[-1]) <= size
    for token in ("x", "e30=", "é"):
        with pytest.raises(ClientError) as refused:
            call(crowd, operation, {**asked, "nextToken": token})
        assert refused.value.response["Error"]["Code"] in ("InvalidNextTokenException", "InvalidInputException")
