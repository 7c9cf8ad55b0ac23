"""An endpoint of its own with films in it: imported, trained, deployed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).parents[1]
REGION, ROLE, BUCKET = "us-east-1", "PersonalizeRole", "recommendation-sample-data"
USERS, FILMS = 50, 80
SCHEMA = {
    "type": "record",
    "name": "Interactions",
    "namespace": "com.amazonaws.personalize.schema",
    "fields": [
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
        {"name": "EVENT_TYPE", "type": "string"},
    ],
    "version": "1.0",
}


@dataclass(frozen=True, slots=True)
class World:
    """What the clients are told: where the endpoint is, and the ARNs in it."""

    url: str
    folder: Path
    arns: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of a client: the endpoint, keys that mean nothing, a home of its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
        own = {"AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION, "AWS_PAGER": ""}
        keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_EC2_METADATA_DISABLED": "true"}
        return {**kept, **own, **keys, "HOME": str(self.folder)}


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """Start an endpoint and fill it; stop it at the end."""
    with endpoint(folder) as url:
        yield World(url, folder, _fill(url))


@contextmanager
def bare_world(folder: Path) -> Iterator[World]:
    """Start an endpoint with a bucket and a role, told in SSM, and nothing else; stop it at the end."""
    folder.mkdir(parents=True)
    with endpoint(folder) as url:
        _announce(url, _bucket_and_role(url))
        yield World(url, folder, {})


@contextmanager
def endpoint(folder: Path) -> Iterator[str]:
    """Start an empty endpoint; stop it at the end."""
    command = [sys.executable, "-m", "local_personalize", "--port", "0", "--data-dir", str(folder / "data")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split(" at ")[1].split(" ")[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def client(url: str, service: str) -> Any:
    """Return a boto3 client of the endpoint."""
    session: Any = boto3.Session("local", "local", region_name=REGION)
    return session.client(service, endpoint_url=url, config=Config(s3={"addressing_style": "path"}))


def settled(describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Describe until a resource is ACTIVE; raises AssertionError where it failed."""
    while (found := describe())["status"] not in ("ACTIVE", "CREATE FAILED"):
        time.sleep(0.1)
    assert found["status"] == "ACTIVE", found.get("failureReason")
    return found


def _fill(url: str) -> dict[str, str]:
    personalize, role = client(url, "personalize"), _bucket_and_role(url)
    schema = personalize.create_schema(name="films", schema=json.dumps(SCHEMA))["schemaArn"]
    group = personalize.create_dataset_group(name="films")["datasetGroupArn"]
    dataset = personalize.create_dataset(
        name="films", schemaArn=schema, datasetGroupArn=group, datasetType="Interactions"
    )["datasetArn"]
    job = personalize.create_dataset_import_job(
        jobName="films",
        datasetArn=dataset,
        roleArn=role,
        dataSource={"dataLocation": f"s3://{BUCKET}/interactions.csv"},
    )["datasetImportJobArn"]
    settled(lambda: personalize.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"])
    arns = {"role": role, "schema": schema, "group": group, "dataset": dataset, **_metadata(personalize, group)}
    recipes = {
        "version": "aws-user-personalization",
        "segments": "aws-item-affinity",
        "ranking": "aws-personalized-ranking",
    }
    for name, recipe in recipes.items():
        solution = personalize.create_solution(
            name=name, datasetGroupArn=group, recipeArn=f"arn:aws:personalize:::recipe/{recipe}"
        )["solutionArn"]
        arns[name] = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    for name in recipes:
        settled(lambda arn=arns[name]: personalize.describe_solution_version(solutionVersionArn=arn)["solutionVersion"])  # type: ignore[misc]
    for name, version in (("campaign", "version"), ("rankingCampaign", "ranking")):
        arn = arns[name] = personalize.create_campaign(name=name, solutionVersionArn=arns[version])["campaignArn"]
        settled(lambda arn=arn: personalize.describe_campaign(campaignArn=arn)["campaign"])  # type: ignore[misc]
    arns["tracking"] = personalize.create_event_tracker(name="films", datasetGroupArn=group)["trackingId"]
    _announce(url, role)
    return arns


def _metadata(personalize: Any, group: str) -> dict[str, str]:
    """Create an Items and a Users dataset, both empty, and return their ARNs."""
    arns = {}
    for kind, names in (("Items", ("ITEM_ID", "TITLE", "GENRES", "STUDIO")), ("Users", ("USER_ID", "CITY"))):
        text = {"type": "string", "categorical": True}
        fields = [{"name": name, **({"type": "string"} if name.endswith("_ID") else text)} for name in names]
        schema = personalize.create_schema(name=kind, schema=json.dumps({**SCHEMA, "name": kind, "fields": fields}))
        arns[kind.lower()] = personalize.create_dataset(
            name=kind, schemaArn=schema["schemaArn"], datasetGroupArn=group, datasetType=kind
        )["datasetArn"]
    return arns


def _announce(url: str, role: str) -> None:
    """Tell bucket and role where the stack of AWS's getting-started notebooks does."""
    ssm = client(url, "ssm")
    for name, value in {"personalize-s3-bucket": BUCKET, "personalize-iam-role-arn": role}.items():
        ssm.put_parameter(Name=f"/cloudformation/{name}", Value=value, Type="String")


def _bucket_and_role(url: str) -> str:
    s3, iam = client(url, "s3"), client(url, "iam")
    s3.create_bucket(Bucket=BUCKET)
    trusted = {"Effect": "Allow", "Principal": {"Service": "personalize.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=_policy(trusted))["Role"]["Arn"]
    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]}
    iam.put_role_policy(RoleName=ROLE, PolicyName="s3", PolicyDocument=_policy(allowed))
    rows = [
        f"{user},{(user * 7 + step * step) % FILMS},{1_600_000_000 + step},watch"
        for user in range(USERS)
        for step in range(30)
    ]
    films = [f"{film},Film {film} (1999),Drama|Comedy" for film in range(FILMS)]
    bodies = {
        "interactions.csv": ["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", *rows],
        "movies.csv": ["movieId,title,genres", *films],
        "users.json": [json.dumps({"userId": str(user)}) for user in range(3)],
        "items.json": [json.dumps({"itemId": str(film)}) for film in range(3)],
    }
    for key, lines in bodies.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body="\n".join(lines).encode())
    return str(role)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
