"""The training workflow of the fourth tutorial: ratings.csv arrives on S3 and a new solution version comes of it.

S3 (RAW/ratings.csv) --EventBridge--> state machine: Glue job -> import job -> solution -> solution version
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.schemas import Field, schema
from services import datasets, policies
from services.connection import Connection
from services.progress import Progress
from services.workflow_definition import definition

MACHINE = "GlueETLPersonalizeTraining"
JOB = "Recommendation-movies-transform"
RULE = "RawDataTrigger"
RAW, TRANSFORMED = "movie-lens/raw_data/input", "movie-lens/transformed"
FILES = ("movies.csv", "ratings.csv")
"""What the workflow reads; the last one starts it, so it is put last."""
FIELDS = (Field("USER_ID"), Field("ITEM_ID"), Field("TIMESTAMP", "long"))
ROLES = {"StepFunctionGluePersonalize": "states.amazonaws.com", "RawDataTriggerRole": "events.amazonaws.com"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may choose of the workflow, by default as the tutorial's stack has it."""

    dataset_group: str = "MoviesRecommendGroup"
    solution: str = "MoviesModel"
    recipe: str = "aws-user-personalization"
    fraction: float = 0.05
    """The share of the ratings that is kept."""

    def parameters(self) -> dict[str, str]:
        """Return them under the names of the tutorial's stack."""
        return {
            "DatasetGroup": self.dataset_group,
            "SolutionName": self.solution,
            "RecipeArn": f"arn:aws:personalize:::recipe/{self.recipe}",
            "RatingsResampleFraction": f"{self.fraction:g}",
            "S3InputPrefix": RAW,
            "S3OutputPrefix": TRANSFORMED,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One resource of the workflow."""

    kind: str
    name: str
    identity: str
    """Its ARN or URI."""


def provision(connection: Connection, settings: Settings, progress: Progress) -> None:
    """Make all that the workflow needs, or bring it in line with the settings. Raises Problem, ClientError."""
    with progress.step("Bucket, policies and role"):
        bucket = policies.default_bucket(connection)
        policies.ensure_bucket(connection, bucket)
        role = policies.ensure_role(connection, bucket)
    with progress.step(f"Dataset group {settings.dataset_group}"):
        group = datasets.ensure_dataset_group(connection, settings.dataset_group, "", [], progress)
        written = schema("Interactions", FIELDS)
        dataset = datasets.ensure_dataset(connection, group, "Interactions", written, [], progress)
    with progress.step(f"Glue job {JOB}"):
        _ensure_job(connection, bucket, role, settings)
    with progress.step(f"State machine {MACHINE}"):
        roles = {name: _ensure_role(connection, name, service) for name, service in ROLES.items()}
        machine = _ensure_machine(connection, roles["StepFunctionGluePersonalize"])
    with progress.step(f"Rule {RULE}: {FILES[-1]} in s3://{bucket}/{RAW}/ starts it"):
        given = {"DatasetGroupArn": group, "DatasetArn": dataset, "RoleArn": role, **_given(bucket, group, settings)}
        _ensure_rule(connection, bucket, machine, roles["RawDataTriggerRole"], given)


def _given(bucket: str, group: str, settings: Settings) -> dict[str, str]:
    """Return what an execution imports and trains, under the names of the definition."""
    return {
        "S3input": f"s3://{bucket}/{TRANSFORMED}/model_input/interactions.csv",
        "SolutionName": settings.solution,
        "SolutionArn": f"{group.rsplit(':', 1)[0]}:solution/{settings.solution}",
        "RecipeArn": settings.parameters()["RecipeArn"],
    }


def put_files(connection: Connection, files: Mapping[str, bytes]) -> str:
    """Store movies.csv and ratings.csv where the workflow waits for them, and return their folder's URI."""
    s3, bucket = connection.client("s3"), policies.default_bucket(connection)
    for name in FILES:
        s3.put_object(Bucket=bucket, Key=f"{RAW}/{name}", Body=files[name])
    return f"s3://{bucket}/{RAW}/"


def find_settings(connection: Connection) -> Settings | None:
    """Return what the workflow was made with, or None where it was not made."""
    target = _target(connection)
    if target is None:
        return None
    given = json.loads(target["Input"])
    glue = connection.client("glue")
    arguments = glue.get_job(JobName=JOB)["Job"]["DefaultArguments"]
    return Settings(
        given["DatasetGroupArn"].rsplit("/", 1)[-1],
        given["SolutionName"],
        given["RecipeArn"].rsplit("/", 1)[-1],
        float(arguments["--ratings_resample_fraction"]),
    )


def list_parts(connection: Connection) -> list[Part]:
    """Return the resources of a workflow that was made."""
    target = _target(connection)
    if target is None:
        return []
    given, bucket = json.loads(target["Input"]), policies.default_bucket(connection)
    account = given["RoleArn"].split(":")[4]
    own = [Part("Role", name, f"arn:aws:iam::{account}:role/{name}") for name in ROLES]
    rule = connection.client("events").describe_rule(Name=RULE)["Arn"]
    return [
        Part("Bucket", bucket, f"s3://{bucket}"),
        Part("Role", given["RoleArn"].rsplit("/", 1)[-1], given["RoleArn"]),
        *own,
        Part("Dataset group", given["DatasetGroupArn"].rsplit("/", 1)[-1], given["DatasetGroupArn"]),
        Part("Dataset", "Interactions", given["DatasetArn"]),
        Part("Glue job", JOB, f"arn:aws:glue:{connection.region}:{account}:job/{JOB}"),
        Part("State machine", MACHINE, target["Arn"]),
        Part("Rule", RULE, rule),
    ]


def _target(connection: Connection) -> dict[str, Any] | None:
    """Return what the rule starts, and with what, or None where there is no such rule."""
    events = connection.client("events")
    try:
        targets: list[dict[str, Any]] = events.list_targets_by_rule(Rule=RULE)["Targets"]
    except events.exceptions.ResourceNotFoundException:
        return None
    return targets[0] if targets else None


def _ensure_job(connection: Connection, bucket: str, role: str, settings: Settings) -> None:
    glue = connection.client("glue")
    job = {
        "Role": role,
        "Command": {"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/glue/ratings.py", "PythonVersion": "3"},
        "DefaultArguments": {
            "--bucket": bucket,
            "--s3_input_path": f"s3://{bucket}/{RAW}",
            "--s3_output_prefix": TRANSFORMED,
            "--rating_repartition_number": "100",
            "--ratings_resample_fraction": f"{settings.fraction:g}",
        },
        "ExecutionProperty": {"MaxConcurrentRuns": 2},
    }
    try:
        glue.create_job(Name=JOB, **job)
    except glue.exceptions.AlreadyExistsException:
        glue.update_job(JobName=JOB, JobUpdate=job)


def _ensure_role(connection: Connection, name: str, service: str) -> str:
    """Return the ARN of a role that a service may take on, made where it is missing."""
    iam = connection.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    try:
        return str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"])
    except iam.exceptions.EntityAlreadyExistsException:
        return str(iam.get_role(RoleName=name)["Role"]["Arn"])


def _ensure_machine(connection: Connection, role: str) -> str:
    states, written = connection.client("stepfunctions"), json.dumps(definition(JOB))
    found = states.get_paginator("list_state_machines").paginate().search("stateMachines[]")
    known = {machine["name"]: machine["stateMachineArn"] for machine in found if machine}
    if MACHINE not in known:
        return str(states.create_state_machine(name=MACHINE, definition=written, roleArn=role)["stateMachineArn"])
    states.update_state_machine(stateMachineArn=known[MACHINE], definition=written, roleArn=role)
    return str(known[MACHINE])


def _ensure_rule(connection: Connection, bucket: str, machine: str, role: str, given: Mapping[str, str]) -> None:
    """Let S3 tell EventBridge of new objects, and EventBridge start the state machine for ratings.csv."""
    s3, events = connection.client("s3"), connection.client("events")
    told = s3.get_bucket_notification_configuration(Bucket=bucket)
    told.pop("ResponseMetadata", None)
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={**told, "EventBridgeConfiguration": {}}
    )
    objects = {"bucket": {"name": [bucket]}, "object": {"key": [f"{RAW}/{FILES[-1]}"]}}
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": objects}
    events.put_rule(Name=RULE, EventPattern=json.dumps(pattern), State="ENABLED")
    events.put_targets(
        Rule=RULE, Targets=[{"Id": MACHINE, "Arn": machine, "RoleArn": role, "Input": json.dumps(given)}]
    )
