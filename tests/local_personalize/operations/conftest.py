"""A dataset group with a bucket and a role, as every tutorial begins."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import Clients

FIELDS: dict[str, dict[str, Any]] = {
    "Interactions": {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long", "EVENT_TYPE": "string"},
    "Items": {"ITEM_ID": "string", "GENRES": "string", "YEAR": ["null", "int"]},
    "Users": {"USER_ID": "string", "AGE": "int"},
}
HEADER = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE"
ENDED = ("ACTIVE", "CREATE FAILED")


def schema_text(name: str, fields: dict[str, Any] | None = None) -> str:
    """Return the text of a schema; a field GENRES is categorical."""
    listed = [
        {"name": field, "type": kind, **({"categorical": True} if field == "GENRES" else {})}
        for field, kind in (fields or FIELDS[name]).items()
    ]
    record = {"type": "record", "name": name, "namespace": "com.amazonaws.personalize.schema"}
    return json.dumps({**record, "fields": listed, "version": "1.0"})


def interaction_rows(count: int) -> list[str]:
    """Return CSV rows of 50 users who watch 70 items."""
    return [f"u{row % 50},i{row % 70},{1_600_000_000 + row},watch" for row in range(count)]


def csv(rows: Iterable[str], header: str = HEADER) -> bytes:
    """Return a CSV file."""
    return "\n".join([header, *rows, ""]).encode()


def wait_for(describe: Callable[[], dict[str, Any]], statuses: tuple[str, ...] = ENDED) -> dict[str, Any]:
    """Describe until the status is one of those, at most 90 s."""
    deadline = time.monotonic() + 90
    while (found := describe())["status"] not in statuses:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def gone(describe: Callable[[], object], personalize: Any) -> None:
    """Describe until there is nothing, at most 10 s."""
    with pytest.raises(personalize.exceptions.ResourceNotFoundException):
        _repeat(describe, seconds=10)


def _repeat(describe: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        describe()
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Ground:
    """An empty dataset group that may read and write one bucket."""

    clients: Clients
    name: str
    group: str
    bucket: str
    role: str

    def schema(self, kind: str, fields: dict[str, Any] | None = None) -> str:
        """Create a schema and return its ARN."""
        name = self.clients.unique(kind)
        answer = self.clients.personalize.create_schema(name=name, schema=schema_text(kind, fields))
        return str(answer["schemaArn"])

    def dataset(self, kind: str = "Interactions", fields: dict[str, Any] | None = None) -> str:
        """Create a dataset with a schema of its own and return its ARN."""
        answer = self.clients.personalize.create_dataset(
            name=f"{self.name}-{kind}",
            schemaArn=self.schema(kind, fields),
            datasetGroupArn=self.group,
            datasetType=kind,
        )
        return str(answer["datasetArn"])

    def filter(self, expression: str) -> str:
        """Create a filter and return its ARN when it is ACTIVE."""
        personalize, name = self.clients.personalize, self.clients.unique("filter")
        answer = personalize.create_filter(name=name, datasetGroupArn=self.group, filterExpression=expression)
        wait_for(lambda: personalize.describe_filter(filterArn=answer["filterArn"])["filter"])
        return str(answer["filterArn"])

    def upload(self, key: str, body: bytes) -> str:
        """Put an object and return its location."""
        self.clients.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"s3://{self.bucket}/{key}"

    def start_import(self, dataset: str, location: str, **options: Any) -> str:
        """Create an import job and return its ARN."""
        answer = self.clients.personalize.create_dataset_import_job(
            **{"jobName": self.clients.unique("import"), "roleArn": self.role, **options},
            datasetArn=dataset,
            dataSource={"dataLocation": location},
        )
        return str(answer["datasetImportJobArn"])

    def ended(self, job: str) -> dict[str, Any]:
        """Return an import job when it has ended."""
        return wait_for(
            lambda: self.clients.personalize.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"]
        )

    def imported(self, dataset: str, body: bytes, **options: Any) -> dict[str, Any]:
        """Upload and import a file, and return the job when it has ended."""
        return self.ended(self.start_import(dataset, self.upload("data.csv", body), **options))

    def insight(self, what: str, **request: Any) -> dict[str, Any]:
        """Return what the endpoint tells beyond AWS's operations: preview, explain, timeline or events."""
        url = f"{self.clients.endpoint.url}/_local/insights/{what}"
        with urllib.request.urlopen(url, json.dumps(request).encode(), timeout=10) as answer:
            return dict(json.load(answer))

    def exported(self, dataset: str, mode: str) -> str:
        """Return what an export job writes, as text."""
        name = self.clients.unique("export")
        job = self.clients.personalize.create_dataset_export_job(
            jobName=name,
            datasetArn=dataset,
            roleArn=self.role,
            ingestionMode=mode,
            jobOutput={"s3DataDestination": {"path": f"s3://{self.bucket}/out"}},
        )["datasetExportJobArn"]
        described = wait_for(
            lambda: self.clients.personalize.describe_dataset_export_job(datasetExportJobArn=job)["datasetExportJob"]
        )
        assert described["status"] == "ACTIVE", described
        body = self.clients.s3.get_object(Bucket=self.bucket, Key=f"out/{name}.csv")["Body"].read()
        return str(body.decode())


def role_for(clients: Clients, name: str, bucket: str) -> str:
    """Create a role that Personalize may assume, with access to a bucket, and return its ARN."""
    trusted = {"Effect": "Allow", "Principal": {"Service": "personalize.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = clients.iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trusted))["Role"]["Arn"]
    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
    clients.iam.put_role_policy(RoleName=name, PolicyName="s3", PolicyDocument=_policy(allowed))
    return str(role)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def ground_for(clients: Clients) -> Ground:
    """Create a dataset group, a bucket and a role."""
    name = clients.unique("ground")
    clients.s3.create_bucket(Bucket=name)
    group = clients.personalize.create_dataset_group(name=name)["datasetGroupArn"]
    return Ground(clients, name, group, name, role_for(clients, name, name))


@pytest.fixture
def ground(clients: Clients) -> Ground:
    """An empty dataset group with a bucket and a role."""
    return ground_for(clients)


@pytest.fixture(scope="module")
def shared_ground(shared_clients: Clients) -> Ground:
    """A dataset group that the tests of a module share."""
    return ground_for(shared_clients)
