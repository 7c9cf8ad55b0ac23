"""A region in which every List has at least three entries, and how lists are walked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore import xform_name
from botocore.model import OperationModel

from tests.conftest import Clients, Endpoint
from tests.local_personalize.conftest import solution_for, stocked, trained, version_for
from tests.local_personalize.operations.conftest import Ground


def clients_in(endpoint: Endpoint, region: str) -> Clients:
    """Return clients that ask Personalize in another region."""
    own = [endpoint.client(name, region) for name in ("personalize", "personalize-runtime", "personalize-events")]
    return Clients(endpoint, *own, *map(endpoint.client, ("s3", "iam", "sts")))


def crowded(clients: Clients) -> None:
    """Make three of everything, over a trained dataset group."""
    ground, _ = stocked(clients)
    segments = version_for(ground, solution_for(ground, "aws-item-affinity"))
    popular = version_for(ground, solution_for(ground, "aws-popularity-count"))
    assert {trained(clients, version)["status"] for version in (segments, popular)} == {"ACTIVE"}
    for number in range(3):
        _make_one_of_each(ground, popular, segments, f"n{number}")


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


def call(clients: Clients, operation: OperationModel, asked: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = getattr(clients.personalize, xform_name(operation.name))(**asked)
    return answer


def walk(
    clients: Clients, operation: OperationModel, size: int, asked: dict[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """Yield the pages of a list."""
    token: dict[str, str] = {}
    while True:
        answer = call(clients, operation, {**asked, **token, "maxResults": size})
        [entries] = [value for value in answer.values() if isinstance(value, list)]
        yield entries
        if "nextToken" not in answer:
            return
        token = {"nextToken": answer["nextToken"]}


def identities(operation: OperationModel, page: list[dict[str, Any]]) -> list[str]:
    """Return what tells the entries of a page apart: the ARN that the list is named after, or the name of a metric."""
    kind = operation.name.removeprefix("List").removesuffix("s")
    own = "metricName" if kind == "MetricAttributionMetric" else f"{kind[0].lower()}{kind[1:]}Arn"
    return [entry[own] for entry in page]
