"""Metric attributions: what recommendations achieve, added up by source, written to S3 and put into CloudWatch.

CloudWatch gets the metrics where the attribution's role allows cloudwatch:PutMetricData.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from local_personalize import access, arns, attribution, clock, group_data, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.attribution import WINDOW_SECONDS
from local_personalize.errors import InvalidInputException, LimitExceededException, ResourceAlreadyExistsException
from local_personalize.group_data import NUMBERS, Kind
from local_personalize.jobs import JobKind
from local_personalize.operations import locations, paging, states
from local_personalize.quotas import quota
from local_personalize.resources import Document, Resource

KIND = "metric-attribution"
REPORT = "metric-attribution-report"
INVALID_PATH = "Invalid S3 output path."

REPORT_SECONDS = 1.0
"""How long a report waits for further events."""

Metric = dict[str, str]


def create_metric_attribution(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Create the metric attribution of a dataset group, which can have one; events count from then on."""
    _check_output(request["metricsOutputConfig"])
    arn = arns.build(call.region, KIND, request["name"])

    def write(connection: sqlite3.Connection) -> None:
        group = resources.get(connection, request["datasetGroupArn"], "dataset-group")
        states.ensure_settled(group)
        if resources.children(connection, group.arn, KIND):
            raise LimitExceededException("More than 1 metric attribution in a dataset group.")
        _check_metrics(connection, group.arn, request["metrics"])
        doc = {
            **{key: request[key] for key in ("name", "datasetGroupArn", "metricsOutputConfig")},
            "metricAttributionArn": arn,
            "status": "CREATE PENDING",
            "_metrics": request["metrics"],
            "_reported": (last := group_data.last_event(connection, group.arn)),
            "_counted": last,
        }
        resources.insert(connection, Resource(arn, KIND, group.arn, doc))
        call.app.jobs.queue(connection, arn, KIND)

    call.app.store.write(write)
    return {"metricAttributionArn": arn}


def describe_metric_attribution(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a metric attribution; its metrics are listed by list_metric_attribution_metrics."""
    found = resources.get(call.app.store.reader(), request["metricAttributionArn"], KIND)
    return {"metricAttribution": found.doc}


def list_metric_attributions(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the metric attributions of the region, or of one dataset group."""
    group = request.get("datasetGroupArn")
    return paging.list_resources(call, request, KIND, "metricAttributions", lambda one: group in (None, one.parent))


def list_metric_attribution_metrics(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the metrics of a metric attribution, in the order in which they were added."""
    arn = request.get("metricAttributionArn", "")
    found = resources.find(call.app.store.reader(), arn, KIND)
    if found is None:  # the operation declares no ResourceNotFoundException
        raise InvalidInputException(f"There is no metric attribution {arn}: provide a metricAttributionArn.")
    keyed = [((float(place), arn), metric) for place, metric in enumerate(found.doc["_metrics"])]
    return paging.page(request, "metrics", keyed)


def update_metric_attribution(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Remove metrics, then add others, and change where the reports go."""
    if "metricAttributionArn" not in request:
        raise InvalidInputException("metricAttributionArn is required.")
    if "metricsOutputConfig" in request:
        _check_output(request["metricsOutputConfig"])

    def write(connection: sqlite3.Connection) -> None:
        found = resources.get(connection, request["metricAttributionArn"], KIND)
        states.ensure_settled(found)
        metrics = _changed(found, request)
        _check_metrics(connection, found.parent, metrics)
        changes: Document = {key: request[key] for key in ("metricsOutputConfig",) if key in request}
        resources.update(connection, found.arn, {**changes, "_metrics": metrics})

    call.app.store.write(write)
    return {"metricAttributionArn": request["metricAttributionArn"]}


def delete_metric_attribution(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Delete a metric attribution; reports that were written stay."""

    def write(connection: sqlite3.Connection) -> None:
        found = resources.get(connection, request["metricAttributionArn"], KIND)
        states.ensure_settled(found)
        call.app.jobs.queue_deletion(connection, found)

    call.app.store.write(write)
    return {}


def note_events(app: Application, connection: sqlite3.Connection, group: str) -> None:
    """Queue a report, in the transaction that adds events to a dataset group, unless one waits."""
    for found in resources.children(connection, group, KIND):
        waits = found.doc.get("_report", {}).get("status") in ("CREATE PENDING", "CREATE IN_PROGRESS")
        if found.doc["status"] == "ACTIVE" and not waits:
            resources.update(connection, found.arn, {"_report": {"status": "CREATE PENDING"}})
            app.jobs.queue(connection, found.arn, REPORT, REPORT_SECONDS)


def report_of_import(app: Application, group: str, mode: str, to_s3: bool) -> Document | None:
    """Return where and how an import publishes its metrics, or None where it publishes none.

    It writes to S3 where asked, and to CloudWatch where its mode is INCREMENTAL.
    """
    to_cloudwatch = mode == "INCREMENTAL"
    for found in resources.children(app.store.reader(), group, KIND):
        if found.doc["status"] == "ACTIVE" and (to_s3 or to_cloudwatch):
            return _report(app, found, f"{mode} - {int(clock.now())}", to_s3=to_s3, to_cloudwatch=to_cloudwatch)
    return None


def _report(
    app: Application, found: Resource, name: str, *, to_s3: bool = True, to_cloudwatch: bool = True
) -> Document:
    connection, output = app.store.reader(), found.doc["metricsOutputConfig"]
    sources = [one.arn for kind in ("campaign", "recommender") for one in _of(connection, found.parent, kind)]
    allowed = access.allows(app.aws.role_statements(output["roleArn"]) or [], "cloudwatch:PutMetricData", "*")
    return {
        "data": str(app.data),
        "group": found.parent,
        "metrics": found.doc["_metrics"],
        "sources": sources,
        "url": app.url,
        "s3": _place(app, output, name) if to_s3 else None,
        "cloudwatch": arns.region_of(found.arn) if to_cloudwatch and allowed else None,
    }


def _place(app: Application, output: Document, name: str) -> Document | None:
    """Return bucket and key of a report, or None where none goes to S3. Raises TaskFailed where it may not."""
    if "s3DataDestination" not in output:
        return None
    bucket, folder = locations.bucket_and_key(output["s3DataDestination"]["path"], INVALID_PATH)
    key = "/".join(filter(None, [folder.rstrip("/"), f"AggregatedAttributionMetrics - {name}.csv"]))
    locations.ensure_access(app, output["roleArn"], bucket, key, actions=("s3:PutObject",))
    return {"bucket": bucket, "key": key}


def _of(connection: sqlite3.Connection, group: str, kind: str) -> list[Resource]:
    return resources.children(connection, group, kind)


def _check_output(config: Document) -> None:
    if "s3DataDestination" in config:
        locations.bucket_and_key(config["s3DataDestination"]["path"], INVALID_PATH)


def _changed(found: Resource, request: dict[str, Any]) -> list[Metric]:
    metrics: dict[str, Metric] = {metric["metricName"]: metric for metric in found.doc["_metrics"]}
    for name in request.get("removeMetrics", []):
        if metrics.pop(name, None) is None:
            raise InvalidInputException(f"There is no metric {name} in {found.arn}.")
    for metric in request.get("addMetrics", []):
        if metric["metricName"] in metrics:
            raise ResourceAlreadyExistsException(f"A metric {metric['metricName']} already exists in {found.arn}.")
        metrics[metric["metricName"]] = metric
    return list(metrics.values())


def _check_metrics(connection: sqlite3.Connection, group: str, metrics: Sequence[Metric]) -> None:
    most = quota("metrics")
    if len(metrics) > most:
        raise InvalidInputException(f"A metric attribution can have at most {most} metrics.")
    if len({metric["metricName"] for metric in metrics}) < len(metrics):
        raise InvalidInputException("The names of metrics must be unique.")
    interactions = group_data.dataset_of(connection, group, "Interactions")
    if interactions is not None and "EVENT_TYPE" not in group_data.fields_of(connection, interactions):
        raise InvalidInputException("The Interactions dataset must have an EVENT_TYPE column.")
    for metric in metrics:
        _check_expression(connection, group, metric["expression"])


def _check_expression(connection: sqlite3.Connection, group: str, expression: str) -> None:
    summed = attribution.parse(expression)
    if summed is None:
        raise InvalidInputException(
            f"The expression {expression} is neither SUM(DatasetType.COLUMN_NAME), of Items or Interactions, "
            "nor SAMPLECOUNT()."
        )
    if summed.column:
        kind: Kind = "Items" if summed.dataset == "Items" else "Interactions"
        dataset = group_data.dataset_of(connection, group, kind)
        field = None if dataset is None else group_data.fields_of(connection, dataset).get(summed.column)
        if field is None or field.type not in NUMBERS:
            raise InvalidInputException(f"The {kind} dataset has no numeric column {summed.column}.")


def _prepare(app: Application, found: Resource) -> dict[str, Any]:
    """Check that reports can be written."""
    _place(app, found.doc["metricsOutputConfig"], "PUT - 0")
    return {}


def _finish(app: Application, found: Resource, result: dict[str, Any]) -> Document:
    return {}


def _prepare_report(app: Application, found: Resource) -> dict[str, Any]:
    """Report all events that arrived in the present 15 minutes, or since the last report before them."""
    window = int(clock.now() // WINDOW_SECONDS) * WINDOW_SECONDS
    first = found.doc["_from"] if found.doc.get("_window") == window else found.doc["_reported"]
    last = group_data.last_event(app.store.reader(), found.parent)
    changes = {"_window": window, "_from": first, "_reported": last}
    app.store.write(lambda connection: resources.update(connection, found.arn, changes))
    counted = found.doc.get("_counted", found.doc["_reported"])
    return {**_report(app, found, f"PUT - {window}"), "from": first, "counted": counted, "to": last}


def _finish_report(app: Application, found: Resource, result: dict[str, Any]) -> Document:
    """Queue another report for the events that arrived while this one was written."""

    def again(connection: sqlite3.Connection) -> Document:
        resources.update(connection, found.arn, {"_counted": result["to"]})
        if group_data.last_event(connection, found.parent) <= result["to"]:
            return {}
        app.jobs.queue(connection, found.arn, REPORT, REPORT_SECONDS)
        return {"_report": {"status": "CREATE PENDING"}}

    return app.store.write(again)


jobs.KINDS[KIND] = JobKind(_prepare, None, _finish)
jobs.KINDS[REPORT] = JobKind(
    _prepare_report, "local_personalize.tasks.attributions:run", _finish_report, within="_report"
)
jobs.KINDS["metric-attribution-deletion"] = jobs.deletion()
