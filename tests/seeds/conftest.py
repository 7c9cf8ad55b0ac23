"""A workspace as the first and the fourth tutorial leave it: films imported, a campaign deployed, a tracker made."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from data.schemas import Field, schema
from tests.seeds.worlds import movies_csv, watch_csv

FIELDS = (Field("USER_ID"), Field("ITEM_ID"), Field("TIMESTAMP", "long"), Field("EVENT_TYPE"))
MOVIES_KEY = "movie-lens/raw_data/input/movies.csv"
INTERACTIONS_KEY = "movie-lens/transformed/model_input/interactions.csv"


@dataclass(frozen=True, slots=True)
class Workspace:
    """What the tutorials write down on the way."""

    clients: Any
    bucket: str
    role_name: str
    role_arn: str
    group_arn: str
    dataset_arn: str
    tracking_id: str

    def import_interactions(self, job_name: str) -> str:
        """Import the interactions again; returns the job's ARN once it is ACTIVE."""
        personalize = self.clients.personalize
        job = personalize.create_dataset_import_job(
            jobName=job_name,
            datasetArn=self.dataset_arn,
            dataSource={"dataLocation": f"s3://{self.bucket}/{INTERACTIONS_KEY}"},
            roleArn=self.role_arn,
        )["datasetImportJobArn"]
        until_active(lambda: personalize.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"])
        return str(job)

    def train(self, name: str, recipe: str) -> str:
        """Train a version of a recipe; returns its ARN once it is ACTIVE."""
        personalize = self.clients.personalize
        solution = personalize.create_solution(
            name=name, datasetGroupArn=self.group_arn, recipeArn=f"arn:aws:personalize:::recipe/{recipe}"
        )["solutionArn"]
        version = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
        until_active(lambda: personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"])
        return str(version)

    def deploy(self, name: str, version_arn: str) -> str:
        """Deploy a version; returns the campaign's ARN once it is ACTIVE."""
        personalize = self.clients.personalize
        campaign = personalize.create_campaign(name=name, solutionVersionArn=version_arn)["campaignArn"]
        until_active(lambda: personalize.describe_campaign(campaignArn=campaign)["campaign"])
        return str(campaign)


@pytest.fixture
def workspace(clients: Any) -> Workspace:
    """A bucket, a role, imported interactions and an event tracker."""
    personalize, bucket = clients.personalize, clients.unique("recommendation-sample-data")
    clients.s3.create_bucket(Bucket=bucket)
    clients.s3.put_object(Bucket=bucket, Key=MOVIES_KEY, Body=movies_csv().encode())
    clients.s3.put_object(Bucket=bucket, Key=INTERACTIONS_KEY, Body=watch_csv().encode())
    role_name = clients.unique("PersonalizeRole")
    role_arn = role(clients, role_name, bucket)
    text = schema("Interactions", FIELDS)
    schema_arn = personalize.create_schema(name=clients.unique("RecommendSchema"), schema=text)["schemaArn"]
    group = personalize.create_dataset_group(name=clients.unique("MoviesRecommendGroup"))["datasetGroupArn"]
    dataset = personalize.create_dataset(
        name="Recommend", schemaArn=schema_arn, datasetGroupArn=group, datasetType="Interactions"
    )["datasetArn"]
    tracker = personalize.create_event_tracker(name=clients.unique("watch"), datasetGroupArn=group)["trackingId"]
    made = Workspace(clients, bucket, role_name, role_arn, group, dataset, tracker)
    made.import_interactions(clients.unique("watch01"))
    return made


def role(clients: Any, name: str, bucket: str) -> str:
    """Create the tutorials' service role, with its policy for the bucket."""
    trust = {"Effect": "Allow", "Principal": {"Service": "personalize.amazonaws.com"}, "Action": "sts:AssumeRole"}
    access = {
        "Sid": "PersonalizeS3BucketAccessPolicy",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    made = clients.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
    clients.iam.put_role_policy(RoleName=name, PolicyName="personalize-s3", PolicyDocument=policy(access))
    return str(made["Role"]["Arn"])


def policy(statement: dict[str, Any]) -> str:
    """Return a policy document with one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def until_active(describe: Callable[[], dict[str, Any]], seconds: float = 90) -> dict[str, Any]:
    """Wait for a resource; fails with its reason if it ends otherwise."""
    limit = time.monotonic() + seconds
    described = describe()
    while described["status"] not in ("ACTIVE", "CREATE FAILED") and time.monotonic() < limit:
        time.sleep(0.05)
        described = describe()
    assert described["status"] == "ACTIVE", described.get("failureReason", described["status"])
    return described
