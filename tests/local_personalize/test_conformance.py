"""The conformance of all operations: drawn requests, the law of pages, and resources that come and go."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from local_personalize.protocol import operations_by_name
from local_personalize.validation import validate
from tests.conftest import Clients, Endpoint
from tests.local_personalize.conftest import solution_for, stocked, trained, version_for
from tests.local_personalize.operations.conftest import FIELDS, Ground, ground_for, schema_text
from tests.local_personalize.shapes import FITTING

pytestmark = pytest.mark.conformance

REGION = "eu-north-1"
"""No other test makes resources there."""

MODELS = sorted(operations_by_name().values(), key=lambda operation: operation.name)
LISTS = [one for one in MODELS if one.input_shape and "nextToken" in one.input_shape.members]
SIGNED = "AWS4-HMAC-SHA256 Credential=t/20260101/{}/personalize/aws4_request, SignedHeaders=host, Signature=0"
LETTERS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789", min_size=1, max_size=12)


def clients_in(endpoint: Endpoint, region: str) -> Clients:
    """Return clients that ask Personalize in another region."""
    own = [endpoint.client(name, region) for name in ("personalize", "personalize-runtime", "personalize-events")]
    return Clients(endpoint, *own, *map(endpoint.client, ("s3", "iam", "sts")))


def sent(endpoint: Endpoint, operation: OperationModel, request: Any) -> tuple[int, str, dict[str, Any]]:
    """Send a request past boto3's own checks; returns status, code and body."""
    headers = {"Authorization": SIGNED.format(REGION)}
    if operation.metadata["protocol"] == "json":
        headers["X-Amz-Target"] = f"AmazonPersonalize.{operation.name}"
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=30)
    connection.request("POST", operation.http["requestUri"], json.dumps(request), headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.getheader("x-amzn-errortype", ""), json.loads(content) if content else {}


def drawn(shape: Shape, arns: list[str]) -> st.SearchStrategy[Any]:
    """Return the requests that a shape allows, with ARNs of resources that are there or might be."""
    if isinstance(shape, StructureShape):
        members = {name: drawn(member, arns) for name, member in shape.members.items()}
        required = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if isinstance(shape, ListShape):
        low = shape.metadata.get("min", 0)
        return st.lists(drawn(shape.member, arns), min_size=low, max_size=min(shape.metadata.get("max", 3), low + 2))
    if isinstance(shape, MapShape):
        return st.dictionaries(LETTERS, drawn(shape.value, arns), max_size=2)
    return _scalar(shape, arns)


def _scalar(shape: Shape, arns: list[str]) -> st.SearchStrategy[Any]:
    rules = shape.metadata
    if "enum" in rules:
        return st.sampled_from(rules["enum"])
    if shape.name in FITTING:
        return st.just(FITTING[shape.name])
    if "personalize" in rules.get("pattern", ""):
        return st.sampled_from(arns)
    if shape.type_name == "string":
        return LETTERS if "pattern" in rules else LETTERS | st.text(max_size=5).filter(lambda text: text.isprintable())
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name in ("integer", "long"):
        return st.integers(rules.get("min", 0), rules.get("max", 2**31 - 1))
    return st.floats(0, 2e9, width=32)


@pytest.fixture(scope="module")
def sacrificed(shared_clients: Clients) -> list[str]:
    """ARNs of resources that any request may change, and of some that are not there."""
    ground = ground_for(clients_in(shared_clients.endpoint, REGION))
    personalize = ground.clients.personalize
    datasets = [ground.dataset(kind) for kind in FIELDS]
    solution = solution_for(ground, "aws-popularity-count")
    tracker = personalize.create_event_tracker(name="t", datasetGroupArn=ground.group)["eventTrackerArn"]
    filter_arn = personalize.create_filter(
        name=ground.clients.unique("f"),
        datasetGroupArn=ground.group,
        filterExpression='EXCLUDE ItemID WHERE Items.GENRES IN ("Drama")',
    )["filterArn"]
    absent = [f"arn:aws:personalize:{REGION}:123456789012:{kind}/none" for kind in ("campaign", "dataset-group")]
    recipes = [f"arn:aws:personalize:::recipe/{name}" for name in ("aws-sims", "aws-none", "aws-vod-top-picks")]
    return [ground.group, *datasets, solution, tracker, filter_arn, *absent, *recipes, f"{solution}/0123abcd"]


@pytest.mark.parametrize("operation", MODELS, ids=lambda operation: operation.name)
def test_drawn_requests_get_modelled_answers(
    endpoint: Endpoint, sacrificed: list[str], operation: OperationModel
) -> None:
    allowed = {shape.name for shape in operation.error_shapes} | {"InvalidInputException"}

    @settings(max_examples=12, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(drawn(operation.input_shape, sacrificed))
    def check(request: Any) -> None:
        status, code, answer = sent(endpoint, operation, request)
        if status == 200:
            assert operation.output_shape is None or answer == validate(operation.output_shape, answer)
        else:
            assert (status, code in allowed, answer["__type"]) == (400, True, code), (code, answer)

    check()


@pytest.fixture(scope="module")
def crowd(shared_clients: Clients) -> Clients:
    """Clients of a region in which every List has at least three entries."""
    clients = clients_in(shared_clients.endpoint, "eu-west-3")
    ground, _ = stocked(clients)
    segments = version_for(ground, solution_for(ground, "aws-item-affinity"))
    popular = version_for(ground, solution_for(ground, "aws-popularity-count"))
    assert {trained(clients, version)["status"] for version in (segments, popular)} == {"ACTIVE"}
    for number in range(3):
        _make_one_of_each(ground, popular, segments, f"n{number}")
    return clients


def _make_one_of_each(ground: Ground, popular: str, segments: str, name: str) -> None:
    personalize, path = ground.clients.personalize, f"s3://{ground.bucket}/x"
    group = personalize.create_dataset_group(name=ground.clients.unique(name))["datasetGroupArn"]
    shop = personalize.create_dataset_group(name=ground.clients.unique(name), domain="ECOMMERCE")["datasetGroupArn"]
    dataset = personalize.create_dataset(
        name=name, schemaArn=ground.schema("Interactions"), datasetGroupArn=group, datasetType="Interactions"
    )["datasetArn"]
    output = {"s3DataDestination": {"path": f"s3://{ground.bucket}/out/"}}
    shared = {"jobName": ground.clients.unique(name), "roleArn": ground.role}
    personalize.create_dataset_import_job(datasetArn=dataset, dataSource={"dataLocation": path}, **shared)
    personalize.create_dataset_export_job(datasetArn=dataset, jobOutput=output, **shared)
    personalize.create_data_deletion_job(datasetGroupArn=group, dataSource={"dataLocation": path}, **shared)
    solution = personalize.create_solution(
        name=ground.clients.unique(name), datasetGroupArn=group, recipeArn="arn:aws:personalize:::recipe/aws-sims"
    )["solutionArn"]
    personalize.create_solution_version(solutionArn=solution)
    personalize.create_campaign(name=ground.clients.unique(name), solutionVersionArn=popular)
    personalize.create_event_tracker(name=name, datasetGroupArn=group)
    personalize.create_filter(
        name=ground.clients.unique(name),
        datasetGroupArn=ground.group,
        filterExpression='INCLUDE ItemID WHERE Items.GENRES IN ("Drama")',
    )
    personalize.create_recommender(
        name=ground.clients.unique(name),
        datasetGroupArn=shop,
        recipeArn="arn:aws:personalize:::recipe/aws-ecomm-popular-items-by-views",
    )
    metrics = [{"metricName": f"m{one}", "eventType": "e", "expression": "SAMPLECOUNT()"} for one in range(3)]
    personalize.create_metric_attribution(
        name=ground.clients.unique(name),
        datasetGroupArn=group,
        metrics=metrics,
        metricsOutputConfig={"roleArn": ground.role},
    )
    given = {"jobInput": {"s3DataSource": {"path": path}}, "jobOutput": output, **shared}
    personalize.create_batch_inference_job(solutionVersionArn=popular, **given)
    personalize.create_batch_segment_job(solutionVersionArn=segments, **given)


@pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.name)
def test_pages_of_any_size_make_the_same_list(crowd: Clients, operation: OperationModel) -> None:
    asked = {}
    if operation.name == "ListMetricAttributionMetrics":
        first = crowd.personalize.list_metric_attributions()["metricAttributions"][0]
        asked = {"metricAttributionArn": first["metricAttributionArn"]}
    whole = list(_walk(crowd, operation, 100, asked))
    assert len(whole) == 1
    entries = _identities(operation, whole[0])
    assert len(entries) >= 3
    assert len(set(entries)) == len(entries)
    for size in (1, 2, len(entries) - 1, len(entries)):
        pages = [_identities(operation, page) for page in _walk(crowd, operation, size, asked)]
        assert [entry for page in pages for entry in page] == entries
        assert all(len(page) == size for page in pages[:-1])
        assert 0 < len(pages[-1]) <= size
    for token in ("x", "e30=", "é"):
        with pytest.raises(ClientError) as refused:
            _call(crowd, operation, {**asked, "nextToken": token})
        assert refused.value.response["Error"]["Code"] in ("InvalidNextTokenException", "InvalidInputException")


def _call(clients: Clients, operation: OperationModel, asked: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = getattr(clients.personalize, xform_name(operation.name))(**asked)
    return answer


def _walk(
    clients: Clients, operation: OperationModel, size: int, asked: dict[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """Yield the pages of a list."""
    token: dict[str, str] = {}
    while True:
        answer = _call(clients, operation, {**asked, **token, "maxResults": size})
        [entries] = [value for value in answer.values() if isinstance(value, list)]
        yield entries
        if "nextToken" not in answer:
            return
        token = {"nextToken": answer["nextToken"]}


def _identities(operation: OperationModel, page: list[dict[str, Any]]) -> list[str]:
    """Return what tells the entries of a page apart: the ARN that the list is named after, or the name of a metric."""
    kind = operation.name.removeprefix("List").removesuffix("s")
    own = "metricName" if kind == "MetricAttributionMetric" else f"{kind[0].lower()}{kind[1:]}Arn"
    return [entry[own] for entry in page]


class Workspace(RuleBasedStateMachine):
    """Dataset groups with schemas, datasets and solutions in them, created, described, listed and deleted."""

    clients: Clients
    schemas, groups, datasets, solutions = (Bundle(name) for name in ("schemas", "groups", "datasets", "solutions"))

    def __init__(self) -> None:
        super().__init__()
        self.personalize = self.clients.personalize
        self.there: dict[str, str] = {}
        """Kind by ARN."""
        self.uses: dict[str, set[str]] = {}
        """What each resource needs, by ARN."""

    def add(self, arn: str, kind: str, *needs: str) -> str:
        self.there[arn], self.uses[arn] = kind, set(needs)
        return arn

    def users(self, arn: str) -> set[str]:
        return {one for one, needs in self.uses.items() if arn in needs}

    @rule(target=schemas)
    def create_schema(self) -> str:
        text = schema_text("Interactions")
        arn = self.personalize.create_schema(name=self.clients.unique("s"), schema=text)["schemaArn"]
        assert self.personalize.describe_schema(schemaArn=arn)["schema"]["schema"] == text
        return self.add(arn, "schema")

    @rule(target=groups)
    def create_group(self) -> str:
        name = self.clients.unique("g")
        arn = self.personalize.create_dataset_group(name=name)["datasetGroupArn"]
        with pytest.raises(self.personalize.exceptions.ResourceAlreadyExistsException):
            self.personalize.create_dataset_group(name=name)
        return self.add(arn, "dataset_group")

    @rule(target=datasets, group=groups, schema=schemas)
    def create_dataset(self, group: str, schema: str) -> str:
        asked = {"name": "d", "schemaArn": schema, "datasetGroupArn": group, "datasetType": "INTERACTIONS"}
        arn = f"{group.replace(':dataset-group/', ':dataset/')}/INTERACTIONS"
        if schema not in self.there or group not in self.there:
            return self.refused("ResourceNotFoundException", "create_dataset", **asked) or arn
        if arn in self.there:
            return self.refused("ResourceAlreadyExistsException", "create_dataset", **asked) or arn
        assert self.personalize.create_dataset(**asked)["datasetArn"] == arn
        return self.add(arn, "dataset", schema, group)

    @rule(target=solutions, group=groups)
    def create_solution(self, group: str) -> str:
        recipe = "arn:aws:personalize:::recipe/aws-sims"
        asked = {"name": self.clients.unique("x"), "datasetGroupArn": group, "recipeArn": recipe}
        if group not in self.there:
            return self.refused("ResourceNotFoundException", "create_solution", **asked) or group
        return self.add(self.personalize.create_solution(**asked)["solutionArn"], "solution", group)

    @rule(arn=st.one_of(consumes(solutions), consumes(datasets), consumes(schemas), groups))
    def delete(self, arn: str) -> None:
        kind = self.there.get(arn)
        if kind is None:
            return
        asked = {f"{_camel(kind)}Arn": arn}
        if self.users(arn):
            self.refused("ResourceInUseException", f"delete_{kind}", **asked)
            return
        getattr(self.personalize, f"delete_{kind}")(**asked)
        self.wait_until_gone(kind, asked)
        del self.there[arn], self.uses[arn]
        self.refused("ResourceNotFoundException", f"delete_{kind}", **asked)

    def wait_until_gone(self, kind: str, asked: dict[str, str]) -> None:
        deadline = time.monotonic() + 20
        try:
            while time.monotonic() < deadline:
                found = getattr(self.personalize, f"describe_{kind}")(**asked)[_camel(kind)]
                assert found["status"] in ("DELETE PENDING", "DELETE IN_PROGRESS")
                time.sleep(0.02)
        except self.personalize.exceptions.ResourceNotFoundException:
            return
        raise AssertionError(f"{asked} is still there")

    def refused(self, code: str, operation: str, **asked: Any) -> None:
        with pytest.raises(ClientError) as refusal:
            getattr(self.personalize, operation)(**asked)
        assert refusal.value.response["Error"]["Code"] == code

    @invariant()
    def lists_show_what_is_there(self) -> None:
        for kind in ("schema", "dataset_group", "dataset", "solution"):
            listed = getattr(self.personalize, f"list_{kind}s")()[f"{_camel(kind)}s"]
            expected = {arn for arn, of in self.there.items() if of == kind}
            assert {one[f"{_camel(kind)}Arn"] for one in listed} == expected

    def teardown(self) -> None:
        for kind in ("solution", "dataset", "schema", "dataset_group"):
            for arn in [arn for arn, of in self.there.items() if of == kind]:
                asked = {f"{_camel(kind)}Arn": arn}
                getattr(self.personalize, f"delete_{kind}")(**asked)
                self.wait_until_gone(kind, asked)
                del self.there[arn]


def _camel(kind: str) -> str:
    return "datasetGroup" if kind == "dataset_group" else kind


def test_resources_come_and_go(endpoint: Endpoint) -> None:
    Workspace.clients = clients_in(endpoint, "sa-east-1")
    run_state_machine_as_test(
        Workspace,
        settings=settings(
            max_examples=5,
            stateful_step_count=12,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
